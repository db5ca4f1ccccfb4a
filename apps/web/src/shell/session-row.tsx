import type { SessionDto } from '@atelier/contracts/sessions';
import { Badge } from '@atelier/ui/badge';
import { Link } from '@tanstack/react-router';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatExactTime } from '../platform/format.ts';
import { focusSession } from './session-focus.ts';
import { SessionMenu } from './session-menu.tsx';
import { TitleField } from './title-field.tsx';

export const SessionRow = memo(function SessionRow({ session }: { readonly session: SessionDto }) {
  const { t, i18n } = useTranslation();
  const [isRenaming, setRenaming] = useState(false);
  if (isRenaming) {
    return (
      <li className="px-1 py-0.5">
        <TitleField
          session={session}
          onDone={(hasFocus) => {
            setRenaming(false);
            if (hasFocus) focusSession([session.id]);
          }}
        />
      </li>
    );
  }
  const title = session.title === '' ? t('session.untitled') : session.title;
  return (
    <li className="group/row flex items-center rounded-2 hover:bg-side-hover has-[a[aria-current=page]]:bg-side-active">
      <Link
        to="/s/$sessionId"
        params={{ sessionId: session.id }}
        preload={false}
        data-session={session.id}
        title={`${title}\n${formatExactTime(session.lastActivityAt, i18n.language)}`}
        className="tap flex min-h-8 min-w-0 flex-1 items-center gap-2 rounded-2 px-2"
      >
        <span className="min-w-0 flex-1 truncate">{title}</span>
        {session.isWaiting && <Badge tone="warn">{t('nav.waiting')}</Badge>}
        {session.isRunning && !session.isWaiting && (
          <span
            role="img"
            aria-label={t('nav.running')}
            className="pulse size-[7px] flex-none rounded-full bg-[oklch(0.72_0.14_252)]"
          />
        )}
      </Link>
      <SessionMenu
        session={session}
        onRename={() => setRenaming(true)}
        className="text-side-faint hover:bg-side-active hover:text-side-text not-data-[state=open]:opacity-0 group-focus-within/row:opacity-100! group-hover/row:opacity-100! pointer-coarse:opacity-100!"
      />
    </li>
  );
});
