import type { OrganisationDto } from '@atelier/contracts/auth';
import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { useMay } from '../auth/use-may.ts';
import { formatDate } from '../platform/format.ts';
import { Block } from './block.tsx';
import { DeleteOrganisation } from './delete-organisation.tsx';
import { Facts } from './facts.tsx';
import { LeaveOrganisation } from './leave-organisation.tsx';
import { RenameOrganisation } from './rename-organisation.tsx';
import { TransferOrganisation } from './transfer-organisation.tsx';

export function OrganisationSection() {
  const { t } = useTranslation('settings');
  const identity = useIdentity();
  if (!identity) return null;
  const { organisation } = identity;
  if (organisation.kind === 'shared') return <SharedOrganisation organisation={organisation} />;
  return (
    <>
      <Block title={t('organisation.personalTitle')} text={t('organisation.personalText')} />
      <Block>
        <Facts rows={[[t('organisation.name'), organisation.name]]} />
      </Block>
    </>
  );
}

function SharedOrganisation({ organisation }: { readonly organisation: OrganisationDto }) {
  const { t } = useTranslation('settings');
  const [mayRename, mayTransfer, mayDelete, mayLeave] = [
    useMay('organisation.rename'),
    useMay('organisation.transfer'),
    useMay('organisation.delete'),
    useMay('organisation.leave'),
  ];
  return (
    <>
      <Block>
        {mayRename && <RenameOrganisation name={organisation.name} />}
        <OrganisationFacts organisation={organisation} isNameShown={!mayRename} />
      </Block>
      {mayTransfer && (
        <Block title={t('organisation.transfer')} text={t('organisation.transferText')}>
          <TransferOrganisation organisation={organisation} />
        </Block>
      )}
      {mayLeave && (
        <Block
          title={t('organisation.leave')}
          text={organisation.role === 'owner' ? t('organisation.leaveOwner') : t('organisation.leaveText')}
        >
          {organisation.role !== 'owner' && <LeaveOrganisation organisation={organisation} />}
        </Block>
      )}
      {mayDelete && (
        <Block title={t('organisation.remove')} text={t('organisation.removeText')}>
          <DeleteOrganisation organisation={organisation} />
        </Block>
      )}
    </>
  );
}

function OrganisationFacts({
  organisation: { id, name, role },
  isNameShown,
}: {
  readonly organisation: OrganisationDto;
  readonly isNameShown: boolean;
}) {
  const { t, i18n } = useTranslation(['settings', 'translation']);
  const list = trpc.organisations.list.useQuery();
  const summary = list.data?.find((organisation) => organisation.id === id);
  const waiting = <Skeleton className="h-4 w-24" />;
  return (
    <Facts
      rows={[
        ...(isNameShown ? [[t('organisation.name'), name] as const] : []),
        [t('organisation.yourRole'), t(`role.${role}`, { ns: 'translation' })],
        [t('organisation.membersCount'), summary ? summary.members : waiting],
        [t('organisation.since'), summary ? formatDate(summary.createdAt, i18n.language) : waiting],
      ]}
    />
  );
}
