import { readText, writeText } from './storage.ts';

export type Theme = 'system' | 'light' | 'dark';
const key = 'atelier.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

export function chosenTheme(): Theme {
  const stored = readText(key);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function chooseTheme(theme: Theme): void {
  writeText(key, theme === 'system' ? null : theme);
  apply();
}

/** Follows the system while no theme is chosen, and other tabs when one is. */
export function followSystemTheme(): void {
  apply();
  dark.addEventListener('change', apply);
  window.addEventListener('storage', apply);
}

function apply(): void {
  const theme = chosenTheme();
  document.documentElement.dataset.theme = theme === 'dark' || (theme === 'system' && dark.matches) ? 'dark' : 'light';
}
