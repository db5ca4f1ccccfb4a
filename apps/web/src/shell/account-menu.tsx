import { Menu } from '@atelier/ui/menu';
import { useNavigate } from '@tanstack/react-router';
import { Eraser, Keyboard, LogOut, Settings } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useIdentity } from '../auth/identity.ts';
import { signOut } from '../auth/sign-out.ts';
import { openDialog } from './layout-state.ts';

export function AccountMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const identity = useIdentity();
  if (!identity) return null;
  const { name, email } = identity.user;
  return (
    <div className="border-t border-side-line pt-3">
      <Menu
        side="top"
        align="start"
        trigger={
          <button
            type="button"
            title={email}
            className="tap flex min-h-8 w-full items-center gap-2 rounded-2 px-2 py-1 hover:bg-side-hover"
          >
            <span
              aria-hidden
              className="grid size-5.5 flex-none place-items-center rounded-full bg-[oklch(0.5_0.1_155)] text-[10px] font-semibold text-[white]"
            >
              {name.slice(0, 1).toUpperCase()}
            </span>
            <span className="unseen">{t('nav.account')}: </span>
            <span className="truncate">{name}</span>
          </button>
        }
        items={[
          {
            label: t('nav.settings'),
            icon: <Settings aria-hidden className="size-4" />,
            onSelect: () => void navigate({ to: '/settings' }),
          },
          {
            label: t('nav.shortcuts'),
            icon: <Keyboard aria-hidden className="size-4" />,
            onSelect: () => openDialog.set('shortcuts'),
          },
          {
            label: t('nav.forget'),
            icon: <Eraser aria-hidden className="size-4" />,
            onSelect: () => openDialog.set('forget'),
          },
          { label: t('nav.signOut'), icon: <LogOut aria-hidden className="size-4" />, onSelect: () => void signOut() },
        ]}
      />
    </div>
  );
}
