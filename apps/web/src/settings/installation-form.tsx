import { budgetLimits } from '@atelier/contracts/budgets';
import type { InstallationSettings, RegistrationRule } from '@atelier/contracts/installation';
import { Button } from '@atelier/ui/button';
import { CheckField } from '@atelier/ui/check-field';
import { Select } from '@atelier/ui/select';
import { Spinner } from '@atelier/ui/spinner';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useMay } from '../auth/use-may.ts';
import { useSubmit } from '../auth/use-submit.ts';
import { showToast } from '../shell/toast-store.ts';
import { Block } from './block.tsx';
import { dollarText, microDollars } from './models/price-text.ts';
import { RegistrationField } from './registration-field.tsx';
import { BudgetFields, wholeNumber } from './usage/budget-fields.tsx';

/** Beside these, what is set already is offered, whoever set it to what. */
const idleChoices = [15, 30, 60, 240, 480, 1440, 4320] as const;
const retentionChoices = [30, 90, 180, 365, 730, 1825, 3650] as const;

/** The rules of the whole installation. */
export function InstallationForm({ saved }: { readonly saved: InstallationSettings }) {
  const { t } = useTranslation('settings');
  const { t: ofMoney } = useTranslation('money');
  const mayWrite = useMay('installation.write');
  const [mode, setMode] = useState<RegistrationRule['mode']>(saved.registration.mode);
  const [domains, setDomains] = useState(
    saved.registration.mode === 'domain' ? saved.registration.domains.join('\n') : '',
  );
  const [adminsNeedSecondFactor, setSecondFactor] = useState(saved.adminsNeedSecondFactor);
  const [idleMinutes, setIdle] = useState(saved.idleMinutes);
  const [auditRetentionDays, setRetention] = useState(saved.auditRetentionDays);
  const [money, setMoney] = useState(dollarText(saved.organisationBudget.monthlyCost));
  const [tokens, setTokens] = useState(String(saved.organisationBudget.dailyTokens ?? ''));
  const [hasTried, setTried] = useState(false);
  const registration = ruleOf(mode, domains);
  const organisationBudget = budgetLimits.safeParse({
    monthlyCost: microDollars(money),
    dailyTokens: wholeNumber(tokens),
  }).data;
  const wanted = { registration, adminsNeedSecondFactor, idleMinutes, auditRetentionDays, organisationBudget };
  const isSame = JSON.stringify({ ...saved, ...wanted }) === JSON.stringify(saved);
  const utils = trpc.useUtils();
  const change = trpc.installation.changeSettings.useMutation();
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    utils.installation.settings.setData(undefined, await change.mutateAsync(wanted));
    showToast({ text: t('saved') });
  });
  const isMissing = registration.mode === 'domain' && registration.domains.length === 0;

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (!isMissing && organisationBudget && !isSame) void submit();
  }
  const { idleText, retentionText } = useDurations();
  return (
    <form onSubmit={onSubmit}>
      <fieldset disabled={!mayWrite}>
        <Block>
          <RegistrationField
            mode={mode}
            domains={domains}
            isMissing={hasTried && isMissing}
            onMode={setMode}
            onDomains={setDomains}
          />
        </Block>
        <Block title={t('installation.security')}>
          <CheckField
            className="mt-3 mb-4"
            label={t('installation.secondFactor')}
            hint={t('installation.secondFactorHint')}
            checked={adminsNeedSecondFactor}
            onChange={setSecondFactor}
          />
          <div className="grid max-w-xl grid-cols-2 gap-3 max-sm:grid-cols-1">
            <Select
              label={t('installation.idle')}
              size="form"
              value={String(idleMinutes ?? '')}
              options={[
                ...choices(idleChoices, saved.idleMinutes).map((value) => [String(value), idleText(value)] as const),
                ['', t('installation.idleDefault')],
              ]}
              onChange={(value) => setIdle(value === '' ? null : Number(value))}
            />
            <Select
              label={t('installation.retention')}
              size="form"
              value={String(auditRetentionDays ?? '')}
              options={[
                ...choices(retentionChoices, saved.auditRetentionDays).map(
                  (value) => [String(value), retentionText(value)] as const,
                ),
                ['', t('installation.forEver')],
              ]}
              onChange={(value) => setRetention(value === '' ? null : Number(value))}
            />
          </div>
        </Block>
        <Block title={ofMoney('budgets.spending')} text={ofMoney('budgets.spendingText')}>
          <div className="max-w-sm">
            <BudgetFields money={money} tokens={tokens} isMissing={false} onMoney={setMoney} onTokens={setTokens} />
          </div>
        </Block>
      </fieldset>
      {mayWrite && (
        <>
          <RefusalNote refusal={refusal} />
          <Button type="submit" look="primary" disabled={isSame || isBusy || isWaiting} icon={isBusy && <Spinner />}>
            {t('save')}
          </Button>
        </>
      )}
    </form>
  );
}

function ruleOf(mode: RegistrationRule['mode'], text: string): RegistrationRule {
  if (mode !== 'domain') return { mode };
  const domains = text.split(/[\s,;]+/).map((domain) => domain.trim().toLowerCase());
  return { mode, domains: [...new Set(domains.filter((domain) => domain !== ''))] };
}

function choices(usual: readonly number[], saved: number | null): readonly number[] {
  return [...new Set(saved === null ? usual : [...usual, saved])].toSorted((a, b) => a - b);
}

function useDurations() {
  const { t } = useTranslation('settings');
  return {
    idleText(minutes: number): string {
      if (minutes % 1440 === 0) return t('installation.days', { count: minutes / 1440 });
      if (minutes % 60 === 0) return t('installation.hours', { count: minutes / 60 });
      return t('installation.minutes', { count: minutes });
    },
    retentionText(days: number): string {
      return days % 365 === 0
        ? t('installation.years', { count: days / 365 })
        : t('installation.days', { count: days });
    },
  };
}
