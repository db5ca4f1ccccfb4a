import { type BudgetDto, type SetBudgetInput, setBudgetInput } from '@atelier/contracts/budgets';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useIdentity } from '../../auth/identity.ts';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { FormDialog } from '../form-dialog.tsx';
import { dollarText, microDollars } from '../models/price-text.ts';
import { useMembers } from '../use-members.ts';
import { BudgetFields, wholeNumber } from './budget-fields.tsx';

interface BudgetDialogProps {
  /** Null: a new one. */
  readonly saved: BudgetDto | null;
  /** Those there are: nobody is given a second one. */
  readonly taken: readonly BudgetDto[];
  readonly onClose: () => void;
}

/** Whom a budget is for, and how much it is. */
export function BudgetDialog({ saved, taken, onClose }: BudgetDialogProps) {
  const { t } = useTranslation('money');
  const utils = trpc.useUtils();
  const options = useOpenPlaces(taken);
  const [chosen, choose] = useState<string | null>(null);
  const [money, setMoney] = useState(dollarText(saved?.monthlyCost ?? null));
  const [tokens, setTokens] = useState(String(saved?.dailyTokens ?? ''));
  const [hasTried, setTried] = useState(false);
  const set = trpc.budgets.set.useMutation({ onSettled: () => utils.budgets.invalidate() });

  const whom = saved ? placeOf(saved) : (chosen ?? options.places[0]?.[0] ?? '');
  const wanted = inputOf(whom, { monthlyCost: microDollars(money), dailyTokens: wholeNumber(tokens) });
  const isNothing = money.trim() === '' && tokens.trim() === '';
  const submission = useSubmit(async () => {
    if (!wanted) return;
    await set.mutateAsync(wanted);
    showToast({ text: t('budgets.saved') });
    onClose();
  });
  function onSubmit(): void {
    setTried(true);
    if (wanted && !isNothing) void submission.submit();
  }
  return (
    <FormDialog
      title={saved ? t('budgets.editTitle') : t('budgets.newTitle')}
      action={t('budgets.save')}
      submission={submission}
      onSubmit={onSubmit}
      onClose={onClose}
    >
      {!saved && (
        <div className="mb-3 flex items-end gap-2">
          <Select<string>
            label={t('budgets.whom')}
            size="form"
            className="flex-1"
            value={whom}
            options={options.places}
            onChange={choose}
          />
          {options.onMore && <Button onClick={options.onMore}>{options.moreText}</Button>}
        </div>
      )}
      <BudgetFields
        money={money}
        tokens={tokens}
        isMissing={hasTried && isNothing}
        onMoney={setMoney}
        onTokens={setTokens}
      />
    </FormDialog>
  );
}

/** Whom a budget may still be set for: everybody, each member, and members one by one as far as they are loaded. */
function useOpenPlaces(taken: readonly BudgetDto[]) {
  const { t } = useTranslation('money');
  const { t: common } = useTranslation();
  const organisation = useIdentity()?.organisation.name ?? '';
  const { pages, members } = useMembers();
  const known = new Set(taken.map(placeOf));
  const all: readonly (readonly [string, string])[] = [
    ['organisation', t('budgets.organisation', { organisation })],
    ['each_member', t('budgets.each_member')],
    ...members.map(({ userId, name }) => [userId, t('budgets.member', { name })] as const),
  ];
  return {
    places: all.filter(([place]) => !known.has(place)),
    onMore: pages.hasNextPage ? () => void pages.fetchNextPage() : null,
    moreText: common('common.more'),
  };
}

function placeOf({ scope, userId }: BudgetDto): string {
  return userId ?? scope;
}

/** Null where something typed is no amount. */
function inputOf(
  place: string,
  limits: { readonly monthlyCost: number | null | undefined; readonly dailyTokens: number | null | undefined },
): SetBudgetInput | null {
  const isForAll = place === 'organisation' || place === 'each_member';
  return (
    setBudgetInput.safeParse({ ...(isForAll ? { scope: place } : { scope: 'member', userId: place }), ...limits })
      .data ?? null
  );
}
