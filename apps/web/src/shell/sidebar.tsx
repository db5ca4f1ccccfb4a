import type { SessionStatus } from '@atelier/contracts/sessions';
import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AccountMenu } from './account-menu.tsx';
import { openDialog } from './layout-state.ts';
import { OrganisationSwitcher } from './organisation-switcher.tsx';
import { SessionList } from './session-list.tsx';
import { isApple } from './use-shortcuts.ts';

const row =
  'tap flex min-h-8 w-full items-center gap-2 rounded-2 px-2 text-2 text-side-text transition-colors hover:bg-side-hover';

export function Sidebar() {
  const { t } = useTranslation();
  const [status, setStatus] = useState<SessionStatus>('open');
  const mod = isApple ? '⌘' : 'Ctrl+';
  return (
    <nav
      aria-label={t('nav.sessions')}
      className="sidebar flex h-full flex-col gap-1 bg-side p-3 pt-[max(12px,env(safe-area-inset-top))] text-2 text-side-text"
    >
      <OrganisationSwitcher />
      <Link to="/" className={row}>
        <Plus aria-hidden className="size-4 text-side-faint" />
        {t('nav.newChat')}
        <kbd className="ml-auto font-mono text-[11px] text-side-faint max-[900px]:hidden">
          {isApple ? '⇧⌘O' : 'Ctrl+⇧O'}
        </kbd>
      </Link>
      <button type="button" className={row} onClick={() => openDialog.set('palette')}>
        <Search aria-hidden className="size-4 text-side-faint" />
        {t('nav.search')}
        <kbd className="ml-auto font-mono text-[11px] text-side-faint max-[900px]:hidden">{mod}K</kbd>
      </button>
      <fieldset className="mt-3 flex gap-1 rounded-2 bg-side-hover p-0.5">
        <legend className="unseen">{t('nav.sessions')}</legend>
        {(['open', 'archived'] as const).map((option) => (
          <button
            key={option}
            type="button"
            aria-pressed={status === option}
            onClick={() => setStatus(option)}
            className={clsx(
              'tap h-7 flex-1 rounded-1 text-2',
              status === option ? 'bg-side-active text-side-text' : 'text-side-faint hover:text-side-text',
            )}
          >
            {option === 'open' ? t('nav.open') : t('nav.archived')}
          </button>
        ))}
      </fieldset>
      <SessionList status={status} />
      <AccountMenu />
    </nav>
  );
}
