import { Button } from '@atelier/ui/button';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHeading } from './page-heading.tsx';
import { RefusalNote } from './refusal-note.tsx';
import type { Submission } from './use-submit.ts';

const resendAfterMs = 30_000;

interface MailSentProps {
  readonly text: string;
  readonly hint: string;
  readonly again: Submission;
  /** Ways on from here. */
  readonly children: ReactNode;
}

/** A link is on its way. Where it leads, everything else is done. */
export function MailSent({ text, hint, again, children }: MailSentProps) {
  const { t } = useTranslation();
  const [sends, setSends] = useState(1);
  const [isResendShown, setResendShown] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each sending begins the wait anew
  useEffect(() => {
    const timer = setTimeout(() => setResendShown(true), resendAfterMs);
    return () => clearTimeout(timer);
  }, [sends]);

  async function resend(): Promise<void> {
    setResendShown(false);
    await again.submit();
    setSends(sends + 1);
  }
  return (
    <>
      <PageHeading title={t('auth.mailTitle')} text={text} />
      <p className="mb-3 text-2 text-soft">{hint}</p>
      <RefusalNote refusal={again.refusal} />
      <Button size="form" disabled={!isResendShown || again.isBusy || again.isWaiting} onClick={() => void resend()}>
        {sends > 1 && !isResendShown ? t('auth.sentAgain') : t('auth.sendAgain')}
      </Button>
      <p className="mt-5 text-center text-2 text-soft">{children}</p>
    </>
  );
}
