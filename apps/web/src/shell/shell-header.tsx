import { IconButton } from '@atelier/ui/icon-button';
import { Menu } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useValue } from '../platform/value-store.ts';
import { drawerOpen, sidebarShown } from './layout-state.ts';
import { toggleSidebar } from './sidebar-toggle.ts';

/** The top of a page's middle: the way to the sidebar where it is not shown, the title, the page's own actions. */
export function ShellHeader({ title, actions }: { readonly title: ReactNode; readonly actions?: ReactNode }) {
  const { t } = useTranslation();
  const isDrawerOpen = useValue(drawerOpen);
  const isShown = useValue(sidebarShown);
  return (
    <header className="flex h-13 flex-none items-center gap-2 border-b border-line px-5 max-sm:px-3">
      <IconButton
        label={t('nav.openSidebar')}
        aria-expanded={isDrawerOpen}
        onClick={toggleSidebar}
        className={isShown ? '-ml-2 min-[901px]:hidden' : '-ml-2'}
      >
        <Menu aria-hidden className="size-4" />
      </IconButton>
      <div className="min-w-0 flex-1">{title}</div>
      {actions}
    </header>
  );
}
