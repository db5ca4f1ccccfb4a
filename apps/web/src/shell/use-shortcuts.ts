import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { openDialog, panelOpen, setPanelOpen } from './layout-state.ts';
import { toggleSidebar } from './sidebar-toggle.ts';

export const isApple = /Mac|iP(hone|ad|od)/.test(navigator.userAgent);

/** The keys that work everywhere. Ctrl, or Cmd on Apple's keyboards. */
export function useShortcuts(): void {
  const navigate = useNavigate();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(isApple ? event.metaKey : event.ctrlKey)) return;
      const action = actionOf(event, () => void navigate({ to: '/' }));
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [navigate]);
}

function actionOf(event: KeyboardEvent, newChat: () => void): (() => void) | null {
  const key = event.key.toLowerCase();
  if (event.shiftKey && key === 'o') return newChat;
  if (key === 'k') return () => openDialog.set(openDialog.value === 'palette' ? null : 'palette');
  // On some keyboards the slash is reached with Shift.
  if (key === '/' || event.code === 'Slash')
    return () => openDialog.set(openDialog.value === 'shortcuts' ? null : 'shortcuts');
  if (key === 'b') return toggleSidebar;
  if (key === '.') return () => setPanelOpen(!panelOpen.value);
  return null;
}
