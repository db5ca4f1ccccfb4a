import type { BudgetDto } from '@atelier/contracts/budgets';
import { Button } from '@atelier/ui/button';
import { IconButton } from '@atelier/ui/icon-button';
import { Skeleton } from '@atelier/ui/skeleton';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useIdentity } from '../../auth/identity.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { showError } from '../../shell/show-error.ts';
import { showToast } from '../../shell/toast-store.ts';
import { formatPrice } from '../models/format-price.ts';
import { FactLine, Row, RowList } from '../row-list.tsx';
import { BudgetDialog } from './budget-dialog.tsx';
import { BudgetMeter } from './budget-meter.tsx';

/** Every budget of the organisation, to be set, changed and removed. */
export function BudgetList() {
  const { t } = useTranslation('money');
  const budgets = trpc.budgets.list.useQuery(undefined, { staleTime: 0 });
  const [isAdding, setAdding] = useState(false);
  const items = budgets.data?.items;
  return (
    <>
      {budgets.isError && !items && <LoadError error={budgets.error} onRetry={() => void budgets.refetch()} />}
      {budgets.isPending && <Skeleton className="h-16 w-full" />}
      {items?.length === 0 && <p className="mb-3 text-faint">{t('budgets.none')}</p>}
      {items && items.length > 0 && (
        <RowList label={t('budgets.title')}>
          {items.map((budget) => (
            <BudgetRow key={`${budget.scope} ${budget.userId}`} budget={budget} />
          ))}
        </RowList>
      )}
      {items && (
        <Button className="mt-2" icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
          {t('budgets.add')}
        </Button>
      )}
      {isAdding && <BudgetDialog saved={null} taken={items ?? []} onClose={() => setAdding(false)} />}
    </>
  );
}

function BudgetRow({ budget }: { readonly budget: BudgetDto }) {
  const { t, i18n } = useTranslation('money');
  const utils = trpc.useUtils();
  const [isEditing, setEditing] = useState(false);
  const organisation = useIdentity()?.organisation.name ?? '';
  const remove = trpc.budgets.set.useMutation({
    onError: showError,
    onSuccess: () => showToast({ text: t('budgets.removed') }),
    onSettled: () => utils.budgets.invalidate(),
  });
  const { scope, userId, monthlyCost, dailyTokens, spent } = budget;
  const name =
    scope === 'member' ? (budget.name ?? t('budgets.formerMember')) : t(`budgets.${scope}`, { organisation });
  const amount = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const none = { monthlyCost: null, dailyTokens: null };
  return (
    <Row
      title={name}
      facts={
        <FactLine>
          {monthlyCost !== null && (
            <span>{t('budgets.moneyLimit', { limit: formatPrice(monthlyCost, i18n.language) })}</span>
          )}
          {dailyTokens !== null && <span>{t('budgets.tokensLimit', { limit: amount(dailyTokens) })}</span>}
        </FactLine>
      }
      actions={
        scope !== 'installation' && (
          <>
            <IconButton label={t('budgets.editOf', { name })} onClick={() => setEditing(true)}>
              <Pencil aria-hidden className="size-4" />
            </IconButton>
            <IconButton
              label={t('budgets.removeOf', { name })}
              disabled={remove.isPending}
              onClick={() =>
                remove.mutate(userId !== null ? { scope: 'member', userId, ...none } : { scope: allOf(scope), ...none })
              }
            >
              <Trash2 aria-hidden className="size-4" />
            </IconButton>
          </>
        )
      }
    >
      {spent && <BudgetMeter monthlyCost={monthlyCost} dailyTokens={dailyTokens} spent={spent} />}
      {isEditing && <BudgetDialog saved={budget} taken={[]} onClose={() => setEditing(false)} />}
    </Row>
  );
}

function allOf(scope: BudgetDto['scope']): 'organisation' | 'each_member' {
  return scope === 'organisation' ? 'organisation' : 'each_member';
}
