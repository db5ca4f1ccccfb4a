import { Outlet, useLocation } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useIdentity } from '../auth/identity.ts';
import { resumeOutbox } from '../conversation/outbox.ts';
import '../i18n/add-later-words.ts';
import { useValue } from '../platform/value-store.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { drawerOpen, openDialog, sidebarShown } from './layout-state.ts';
import { Sidebar } from './sidebar.tsx';
import { useAccessChanges } from './use-access-changes.ts';
import { useDrawerSwipe } from './use-drawer-swipe.ts';
import { useIdleSignOut } from './use-idle-sign-out.ts';
import { useShortcuts } from './use-shortcuts.ts';

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }));
const ForgetDialog = lazy(async () => ({ default: (await import('./forget-dialog.tsx')).ForgetDialog }));
const ShortcutsSheet = lazy(async () => ({ default: (await import('./shortcuts-sheet.tsx')).ShortcutsSheet }));

/** Another organisation begins anew: nothing of one stays on the screen of the next. */
export function AppShell() {
  const identity = useIdentity();
  return <Shell key={identity?.organisation.id} />;
}

/** Sidebar, page, and what can be opened from anywhere. */
function Shell() {
  const { t } = useTranslation();
  const dialog = useValue(openDialog);
  const isDrawerOpen = useValue(drawerOpen);
  const isShown = useValue(sidebarShown);
  const { pathname } = useLocation();
  useShortcuts();
  useDrawerSwipe();
  useAccessChanges();
  useIdleSignOut();
  useEffect(() => resumeOutbox(), []);
  useEffect(() => {
    if (!isDrawerOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') drawerOpen.set(false);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [isDrawerOpen]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of page closes the drawer
  useEffect(() => drawerOpen.set(false), [pathname]);

  return (
    <div className="flex h-dvh overflow-hidden">
      {isDrawerOpen && (
        <button
          type="button"
          aria-label={t('nav.closeSidebar')}
          onClick={() => drawerOpen.set(false)}
          className="fixed inset-0 z-(--z-popover) bg-[oklch(0.1_0.01_258/0.45)] min-[901px]:hidden"
        />
      )}
      <div
        inert={!isDrawerOpen && window.matchMedia('(max-width: 900px)').matches}
        className={clsx(
          'w-66 flex-none max-[900px]:fixed max-[900px]:inset-y-0 max-[900px]:left-0 max-[900px]:z-(--z-popover) max-[900px]:transition-transform max-[900px]:duration-150',
          !isDrawerOpen && 'max-[900px]:-translate-x-full',
          !isShown && 'min-[901px]:hidden',
        )}
      >
        <Sidebar />
      </div>
      <div className="relative flex min-w-0 flex-1">
        <ConnectionBanner />
        <Outlet />
      </div>
      <Suspense>
        {dialog === 'palette' && <CommandPalette onClose={() => openDialog.set(null)} />}
        {dialog === 'forget' && <ForgetDialog onClose={() => openDialog.set(null)} />}
        {dialog === 'shortcuts' && <ShortcutsSheet onClose={() => openDialog.set(null)} />}
      </Suspense>
    </div>
  );
}
