import type { AuditFilter, AuditVerdict } from '@atelier/contracts/audit';
import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';

/** Has the server read the whole record, and says what it found. */
export function AuditVerify({ scope }: { readonly scope: AuditFilter['scope'] }) {
  const { t } = useTranslation('settings');
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    setVerdict(null);
    setVerdict(await client.api.audit.verify.query({ scope }));
  });
  return (
    <>
      <Button disabled={isBusy || isWaiting} icon={isBusy && <Spinner />} onClick={() => void submit()}>
        {t('audit.verify')}
      </Button>
      <div role="status" className="order-last basis-full empty:hidden">
        {isBusy && <p className="text-soft">{t('audit.verifying')}</p>}
        {verdict && <Verdict verdict={verdict} />}
      </div>
      <div className="order-last basis-full empty:hidden">
        <RefusalNote refusal={refusal} />
      </div>
    </>
  );
}

function Verdict({ verdict: { checked, problem } }: { readonly verdict: AuditVerdict }) {
  const { t } = useTranslation('settings');
  const Icon = problem ? ShieldAlert : ShieldCheck;
  return (
    <p className={`flex gap-2 rounded-2 px-3 py-2 ${problem ? 'bg-bad-wash text-bad' : 'bg-good-wash text-good'}`}>
      <Icon aria-hidden className="mt-0.5 size-4 flex-none" />
      {problem ? t(`audit.problem.${problem.kind}`, { seq: problem.seq }) : t('audit.intact', { count: checked })}
    </p>
  );
}
