import { Badge } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc, trpcClient } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { showError } from '../shell/show-error.ts';
import { CodeForm } from './code-form.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { Row, RowList } from './row-list.tsx';
import { TotpEnrolment } from './totp-enrolment.tsx';

type Step =
  | { readonly is: 'rest' | 'removing' | 'asking_for_codes' }
  | { readonly is: 'enrolling'; readonly secret: string; readonly address: string }
  | { readonly is: 'showing'; readonly codes: readonly string[] };

const rest: Step = { is: 'rest' };

/** Authenticator app and recovery codes. */
export function SecondFactorSection() {
  const { t } = useTranslation('security');
  const utils = trpc.useUtils();
  const status = trpc.secondFactor.status.useQuery();
  const [step, setStep] = useState<Step>(rest);

  async function changed(next: Step): Promise<void> {
    setStep(next);
    await utils.secondFactor.status.invalidate();
  }
  async function newCodes(code?: string): Promise<void> {
    const made = await trpcClient.secondFactor.newRecoveryCodes.mutate(code === undefined ? {} : { code });
    await changed({ is: 'showing', codes: made.recoveryCodes });
  }
  const start = trpc.secondFactor.startTotp.useMutation({
    onSuccess: (begun) => setStep({ is: 'enrolling', ...begun }),
    onError: showError,
  });

  if (status.isPending) return <Skeleton className="h-28 w-full" />;
  if (status.isError) return <LoadError error={status.error} onRetry={() => void status.refetch()} />;
  const { hasTotp, passkeys, recoveryCodesLeft } = status.data;

  if (step.is === 'enrolling') {
    return (
      <TotpEnrolment
        secret={step.secret}
        address={step.address}
        onConfirmed={(codes) => void changed({ is: 'showing', codes })}
        onCancel={() => setStep(rest)}
      />
    );
  }
  if (step.is === 'showing') return <RecoveryCodes codes={step.codes} onDone={() => setStep(rest)} />;
  if (step.is === 'removing') {
    return (
      <CodeForm
        text={t('totp.removeText')}
        action={t('totp.remove')}
        isDanger
        takesRecoveryCode={recoveryCodesLeft > 0}
        onCode={async (shown) => {
          await trpcClient.secondFactor.removeTotp.mutate(shown);
          await changed(rest);
        }}
        onCancel={() => setStep(rest)}
      />
    );
  }
  if (step.is === 'asking_for_codes') {
    return (
      <CodeForm
        text={t('codes.newText')}
        action={t('codes.make')}
        onCode={(shown) => newCodes('code' in shown ? shown.code : undefined)}
        onCancel={() => setStep(rest)}
      />
    );
  }
  return (
    <RowList label={t('factor.title')}>
      <Row
        title={t('totp.title')}
        marks={hasTotp && <Badge tone="good">{t('on')}</Badge>}
        facts={t('totp.text')}
        actions={
          hasTotp ? (
            <Button look="danger" onClick={() => setStep({ is: 'removing' })}>
              {t('totp.remove')}
            </Button>
          ) : (
            <Button disabled={start.isPending} onClick={() => start.mutate()}>
              {t('totp.setUp')}
            </Button>
          )
        }
      />
      {(hasTotp || passkeys > 0) && (
        <Row
          title={t('codes.title')}
          marks={
            <Badge tone={recoveryCodesLeft <= 2 ? 'warn' : 'plain'}>
              {t('codes.left', { count: recoveryCodesLeft })}
            </Badge>
          }
          facts={t('codes.about')}
          actions={
            <Button onClick={() => (hasTotp ? setStep({ is: 'asking_for_codes' }) : void newCodes().catch(showError))}>
              {t('codes.new')}
            </Button>
          }
        />
      )}
    </RowList>
  );
}
