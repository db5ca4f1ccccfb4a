import type { OrganisationSummary } from '@atelier/contracts/organisations';
import { Menu, type MenuItem } from '@atelier/ui/menu';
import { useNavigate } from '@tanstack/react-router';
import { ArchiveRestore, Check, ChevronsUpDown, Plus, Settings } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { switchOrganisation } from '../auth/organisation.ts';
import { NewOrganisationDialog } from './new-organisation-dialog.tsx';
import { showError } from './show-error.ts';
import { showToast } from './toast-store.ts';

const blank = <span aria-hidden className="size-4 flex-none" />;

/** Which organisation this tab shows, and the way to the others. */
export function OrganisationSwitcher() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const organisation = useIdentity()?.organisation;
  const list = trpc.organisations.list.useQuery();
  const restore = useRestore();
  const [isCreating, setCreating] = useState(false);
  if (!organisation) return null;
  const mine = list.data ?? [];
  const items: readonly MenuItem[] = [
    ...mine
      .filter(({ archivedAt }) => archivedAt === null)
      .map(({ id, name, kind }) => ({
        key: id,
        label: name,
        ...(kind === 'personal' ? { note: t('organisation.personal') } : {}),
        isChecked: id === organisation.id,
        icon: id === organisation.id ? <Check aria-hidden className="size-4 flex-none" /> : blank,
        onSelect: () => void switchOrganisation(id).catch(showError),
      })),
    ...mine
      .filter(({ archivedAt }) => archivedAt !== null)
      .map((deleted) => ({
        key: deleted.id,
        label: t('organisation.restore', { name: deleted.name }),
        note: t('organisation.deleted'),
        icon: <ArchiveRestore aria-hidden className="size-4 flex-none" />,
        onSelect: () => restore(deleted),
      })),
    {
      key: 'create',
      label: t('organisation.create'),
      icon: <Plus aria-hidden className="size-4 flex-none" />,
      isFirstOfGroup: true,
      onSelect: () => setCreating(true),
    },
    {
      key: 'settings',
      label: t('organisation.settings'),
      icon: <Settings aria-hidden className="size-4 flex-none" />,
      onSelect: () => void navigate({ to: '/settings/$section', params: { section: 'organisation' } }),
    },
  ];
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            title={organisation.name}
            className="tap flex min-h-9 w-full items-center gap-2 rounded-2 p-2 font-semibold hover:bg-side-hover"
          >
            <span
              aria-hidden
              className="grid size-5.5 flex-none place-items-center rounded-1 bg-[oklch(0.53_0.17_255)] text-1 font-semibold text-[white]"
            >
              {organisation.name.slice(0, 1).toUpperCase()}
            </span>
            <span className="unseen">{t('organisation.switcher')}: </span>
            <span className="min-w-0 truncate">{organisation.name}</span>
            <ChevronsUpDown aria-hidden className="ml-auto size-4 flex-none text-side-faint" />
          </button>
        }
        items={items}
      />
      {isCreating && <NewOrganisationDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function useRestore(): (deleted: OrganisationSummary) => void {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const restore = trpc.organisations.restore.useMutation({
    onError: showError,
    onSettled: () => utils.organisations.list.invalidate(),
  });
  return ({ id, name }) =>
    restore.mutate(
      { organisationId: id },
      { onSuccess: () => showToast({ text: t('organisation.restored', { name }) }) },
    );
}
