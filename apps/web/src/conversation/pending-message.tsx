import { Button } from '@atelier/ui/button';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSecondsUntil } from '../platform/use-countdown.ts';
import { Countdown } from '../shell/countdown.tsx';
import { discard, type OutboxItem, resend } from './outbox.ts';
import { UserBubble } from './user-bubble.tsx';

/** A message the server has but that the log never shows (taken back elsewhere) is let go after this. */
const letGoAfterMs = 10_000;

/** A message on its way: seen at once, and if it cannot be sent, kept with the reason. */
export function PendingMessage({ item }: { readonly item: OutboxItem }) {
  const { t } = useTranslation();
  const isWaiting = useSecondsUntil(item.retryAt) > 0;
  useEffect(() => {
    if (item.messageId === null) return;
    const timer = setTimeout(() => discard(item), letGoAfterMs);
    return () => clearTimeout(timer);
  }, [item]);
  return (
    <div className="flex flex-col gap-1.5">
      <UserBubble text={item.text} files={item.files} />
      {item.problem === null ? (
        <p role="status" className="self-end text-1 text-faint">
          {item.delay ?? t('chat.sending')} <Countdown until={item.retryAt} isAutomatic />
        </p>
      ) : (
        <div role="alert" className="flex flex-wrap items-center justify-end gap-2 text-2 text-bad">
          <p>
            {t('chat.notSent')} {item.problem} <Countdown until={item.retryAt} />
          </p>
          <Button disabled={isWaiting} onClick={() => resend(item)}>
            {t('common.retry')}
          </Button>
          <Button look="ghost" onClick={() => discard(item)}>
            {t('chat.discard')}
          </Button>
        </div>
      )}
    </div>
  );
}
