import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../auth/use-may.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { Block } from '../block.tsx';
import { RuleForm } from './rule-form.tsx';
import { RuleList } from './rule-list.tsx';
import { useRules } from './use-rules.ts';

/** What agents may do for the person: by their own rules, and by those of the organisation. */
export function ApprovalsSection() {
  const { t } = useTranslation('approvals');
  const mayStart = useMay('run.start');
  const rules = useRules();
  if (rules.isError && !rules.data) return <LoadError error={rules.error} onRetry={() => void rules.refetch()} />;
  if (rules.isPending) return <Skeleton className="h-40 w-full" />;
  const of = (scope: 'person' | 'organisation') => rules.data.filter((rule) => rule.scope === scope);
  return (
    <>
      <Block text={t('text')}>
        <p className="max-w-(--measure) text-soft">{t('order')}</p>
      </Block>
      <Block title={t('own')}>
        {mayStart ? (
          <>
            <RuleList label={t('own')} rules={of('person')} owner="person" none={t('ownNone')} isChangeable />
            <RuleForm owner="person" />
          </>
        ) : (
          <p className="text-soft">{t('viewer')}</p>
        )}
      </Block>
      <Block title={t('organisation')}>
        <RuleList
          label={t('organisation')}
          rules={of('organisation')}
          owner="organisation"
          none={t('organisationNone')}
          isChangeable={false}
        />
      </Block>
    </>
  );
}
