import type { ApprovalRuleDto } from '@atelier/contracts/approvals';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';
import { showToast } from '../../shell/toast-store.ts';

export type RuleOwner = 'person' | 'organisation';

/** The rules that hold for the person in every session of theirs: their own, and the organisation's. */
export function useRules() {
  return trpc.approvals.rules.useQuery({ sessionId: null });
}

/** Makes a rule; one for the same tool and pattern is changed. */
export function usePutRule(owner: RuleOwner) {
  const utils = trpc.useUtils();
  const onSettled = () => utils.approvals.rules.invalidate();
  const own = trpc.approvals.putRule.useMutation({ onSettled });
  const shared = trpc.approvals.putOrganisationRule.useMutation({ onSettled });
  return owner === 'person' ? own : shared;
}

/** Removes a rule: from the list at once, and back into it when the server does not. */
export function useRemoveRule(owner: RuleOwner): (rule: ApprovalRuleDto) => void {
  const { t } = useTranslation('approvals');
  const utils = trpc.useUtils();
  const list = { sessionId: null };
  const options = {
    onMutate: async ({ ruleId }: { readonly ruleId: string }) => {
      await utils.approvals.rules.cancel(list);
      const before = utils.approvals.rules.getData(list);
      utils.approvals.rules.setData(list, (rules) => rules?.filter(({ id }) => id !== ruleId));
      return { before };
    },
    onError: (error: unknown, _input: unknown, context: { before: ApprovalRuleDto[] | undefined } | undefined) => {
      utils.approvals.rules.setData(list, context?.before);
      showError(error);
    },
    onSuccess: () => showToast({ text: t('removed') }),
    onSettled: () => utils.approvals.rules.invalidate(),
  };
  const own = trpc.approvals.removeRule.useMutation(options);
  const shared = trpc.approvals.removeOrganisationRule.useMutation(options);
  return ({ id }) => (owner === 'person' ? own : shared).mutate({ ruleId: id });
}
