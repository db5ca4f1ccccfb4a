import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { NameForm } from './name-form.tsx';

export function RenameOrganisation({ name: saved }: { readonly name: string }) {
  const { t } = useTranslation('settings');
  const utils = trpc.useUtils();
  const rename = trpc.organisations.rename.useMutation({ onSuccess: () => utils.organisations.list.invalidate() });
  return (
    <NameForm
      label={t('organisation.name')}
      autoComplete="off"
      saved={saved}
      save={(name) => rename.mutateAsync({ name })}
    />
  );
}
