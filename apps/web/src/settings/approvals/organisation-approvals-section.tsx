import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { LoadError } from '../../shell/load-error.tsx';
import { Block } from '../block.tsx';
import { RuleForm } from './rule-form.tsx';
import { RuleList } from './rule-list.tsx';
import { useRules } from './use-rules.ts';

/** What agents may do for anybody in the organisation. */
export function OrganisationApprovalsSection() {
  const { t } = useTranslation('approvals');
  const rules = useRules();
  if (rules.isError && !rules.data) return <LoadError error={rules.error} onRetry={() => void rules.refetch()} />;
  if (rules.isPending) return <Skeleton className="h-40 w-full" />;
  return (
    <Block text={t('organisationText')}>
      <RuleList
        label={t('organisation')}
        rules={rules.data.filter(({ scope }) => scope === 'organisation')}
        owner="organisation"
        none={t('organisationNone')}
        isChangeable
      />
      <RuleForm owner="organisation" />
    </Block>
  );
}
