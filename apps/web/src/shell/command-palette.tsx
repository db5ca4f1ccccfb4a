import { Dialog } from '@atelier/ui/dialog';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Keyboard, LogOut, MessageSquare, Monitor, Moon, Plus, Settings, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { signOut } from '../auth/sign-out.ts';
import { chooseTheme } from '../platform/theme.ts';
import { openDialog } from './layout-state.ts';

/** As many sessions as one page of the server holds are searched by title. */
const searched = 100;
const itemClass =
  'tap flex min-h-8 cursor-default items-center gap-2 rounded-1 px-2 text-2 data-[selected=true]:bg-hover';
const groupClass =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-1 [&_[cmdk-group-heading]]:text-faint';

/** Goes to a session or does something, by typing a part of its name. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = trpc.sessions.list.useQuery({ status: 'all', limit: searched });
  const run = (action: () => void) => () => {
    onClose();
    action();
  };
  const commands: readonly (readonly [string, ReactNode, () => void])[] = [
    [t('nav.newChat'), <Plus key="new" aria-hidden className="size-4" />, () => void navigate({ to: '/' })],
    [
      t('nav.settings'),
      <Settings key="settings" aria-hidden className="size-4" />,
      () => void navigate({ to: '/settings' }),
    ],
    [t('nav.shortcuts'), <Keyboard key="keys" aria-hidden className="size-4" />, () => openDialog.set('shortcuts')],
    [t('palette.light'), <Sun key="light" aria-hidden className="size-4" />, () => chooseTheme('light')],
    [t('palette.dark'), <Moon key="dark" aria-hidden className="size-4" />, () => chooseTheme('dark')],
    [t('palette.system'), <Monitor key="system" aria-hidden className="size-4" />, () => chooseTheme('system')],
    [t('nav.signOut'), <LogOut key="out" aria-hidden className="size-4" />, () => void signOut()],
  ];
  return (
    <Dialog
      title={t('palette.title')}
      isTitleHidden
      closeLabel={t('common.close')}
      onClose={onClose}
      className="mt-[12vh]"
    >
      <Command label={t('palette.title')}>
        <Command.Input
          data-autofocus
          placeholder={t('palette.placeholder')}
          className="h-12 w-full border-b border-line bg-transparent px-4 text-3 outline-none max-sm:text-[16px]"
        />
        <Command.List className="max-h-[min(420px,60vh)] overflow-y-auto p-2">
          <Command.Empty className="p-4 text-2 text-faint">{t('palette.nothing')}</Command.Empty>
          <Command.Group heading={t('nav.sessions')} className={groupClass}>
            {list.data?.items.map(({ id, title }) => (
              <Command.Item
                key={id}
                value={`${title} ${id}`}
                className={itemClass}
                onSelect={run(() => void navigate({ to: '/s/$sessionId', params: { sessionId: id } }))}
              >
                <MessageSquare aria-hidden className="size-4 flex-none text-faint" />
                <span className="truncate">{title === '' ? t('session.untitled') : title}</span>
              </Command.Item>
            ))}
          </Command.Group>
          <Command.Group heading={t('palette.commands')} className={groupClass}>
            {commands.map(([label, icon, action]) => (
              <Command.Item key={label} value={label} className={itemClass} onSelect={run(action)}>
                {icon}
                {label}
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}
