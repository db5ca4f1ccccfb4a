import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { keepLinkSecrets } from './auth/link-secrets.ts';
import { startI18n } from './i18n/i18n.ts';
import { followSystemTheme } from './platform/theme.ts';
import './styles.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');

keepLinkSecrets();
followSystemTheme();
await startI18n();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
