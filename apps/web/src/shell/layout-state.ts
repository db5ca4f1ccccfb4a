import { readText, writeText } from '../platform/storage.ts';
import { ValueStore } from '../platform/value-store.ts';

const panelKey = 'atelier.panel';
const wide = '(min-width: 1101px)';

/** Whether the workspace panel is shown: remembered where there is room for it. */
export const panelOpen = new ValueStore(window.matchMedia(wide).matches && readText(panelKey) !== 'closed');

export function setPanelOpen(isOpen: boolean): void {
  panelOpen.set(isOpen);
  if (window.matchMedia(wide).matches) writeText(panelKey, isOpen ? null : 'closed');
}

/** Whether the sidebar is drawn over the page, on screens too narrow to keep it beside. */
export const drawerOpen = new ValueStore(false);
/** Whether a wide screen shows the sidebar. */
export const sidebarShown = new ValueStore(true);

/** Which of the dialogs that can be opened from anywhere is open. */
export const openDialog = new ValueStore<'palette' | 'shortcuts' | null>(null);
