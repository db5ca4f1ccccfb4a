import type { SessionDto } from '@atelier/contracts/sessions';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { focusIfLost } from '../platform/focus-if-lost.ts';
import { SessionMenu } from '../shell/session-menu.tsx';
import { TitleField } from '../shell/title-field.tsx';

/** The session's title, renamed in place, and its menu. */
export function SessionHeading({ session }: { readonly session: SessionDto }) {
  const { t } = useTranslation();
  const [isRenaming, setRenaming] = useState(false);
  const title = session.title === '' ? t('session.untitled') : session.title;
  const heading = useRef<HTMLDivElement>(null);
  if (isRenaming) {
    return (
      <TitleField
        session={session}
        onDone={(hasFocus) => {
          setRenaming(false);
          if (hasFocus) focusIfLost(() => heading.current?.querySelector('button') ?? null);
        }}
      />
    );
  }
  return (
    <div ref={heading} className="flex min-w-0 items-center gap-1">
      <h1 className="min-w-0 truncate text-3 font-semibold" title={title}>
        {title}
      </h1>
      <SessionMenu session={session} onRename={() => setRenaming(true)} />
    </div>
  );
}
