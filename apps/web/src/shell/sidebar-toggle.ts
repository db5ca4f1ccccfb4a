import { drawerOpen, sidebarShown } from './layout-state.ts';

/** Shows or hides the sidebar: beside the page where there is room, over it elsewhere. */
export function toggleSidebar(): void {
  if (window.matchMedia('(max-width: 900px)').matches) drawerOpen.set(!drawerOpen.value);
  else sidebarShown.set(!sidebarShown.value);
}
