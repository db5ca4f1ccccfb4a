import { readText, writeText } from '../platform/storage.ts';
import { ValueStore } from '../platform/value-store.ts';

const panelKey = 'atelier.panel';
const wide = window.matchMedia('(min-width: 1101px)');

/** Whether the workspace panel is shown: remembered where there is room for it. */
export const panelOpen = new ValueStore(wide.matches && readText(panelKey) !== 'closed');

export function setPanelOpen(isOpen: boolean): void {
  panelOpen.set(isOpen);
  if (wide.matches) writeText(panelKey, isOpen ? null : 'closed');
}

// Where the panel would lie over the conversation it is opened only by hand.
wide.addEventListener('change', () => panelOpen.set(wide.matches && readText(panelKey) !== 'closed'));

/** Whether the sidebar is drawn over the page, on screens too narrow to keep it beside. */
export const drawerOpen = new ValueStore(false);
/** Whether a wide screen shows the sidebar. */
export const sidebarShown = new ValueStore(true);

/** Which of the dialogs that can be opened from anywhere is open. */
export const openDialog = new ValueStore<'palette' | 'shortcuts' | 'forget' | null>(null);
