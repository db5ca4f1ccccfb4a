import type { Permission } from '@atelier/contracts/permissions';
import { Badge } from '@atelier/ui/badge';
import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useIdentity } from '../auth/identity.ts';
import { Block } from './block.tsx';
import { installationPermissions, isDangerous, permissionsByRole } from './held-permissions.ts';

/** What each role may do, in words, made from the table that the server decides by. */
export function RolesSection() {
  const { t } = useTranslation('settings');
  const { t: common } = useTranslation();
  const identity = useIdentity();
  const isAdministrator = identity !== null && identity.user.installationRole !== 'user';
  return (
    <>
      <p className="mb-5 max-w-(--measure) text-2 text-soft">{t('roles.text')}</p>
      {permissionsByRole().map(({ role, own }, index) => (
        <Block key={role}>
          <RoleHeading title={common(`role.${role}`)} isMine={identity?.organisation.role === role} />
          <p className="mb-1 text-faint">
            {own.length === 0 ? t('roles.nothingMore') : index === 0 ? t('roles.may') : t('roles.mayToo')}
          </p>
          <PermissionList permissions={own} />
        </Block>
      ))}
      <Block>
        <RoleHeading title={t('roles.installation')} isMine={isAdministrator} />
        <p className="mb-1 text-faint">{t('roles.installationText')}</p>
        <PermissionList permissions={installationPermissions()} />
      </Block>
    </>
  );
}

function RoleHeading({ title, isMine }: { readonly title: string; readonly isMine: boolean }) {
  const { t } = useTranslation('settings');
  return (
    <h3 className="mb-1 flex items-center gap-2 text-3 font-semibold">
      {title}
      {isMine && <Badge>{t('roles.yours')}</Badge>}
    </h3>
  );
}

function PermissionList({ permissions }: { readonly permissions: readonly Permission[] }) {
  const { t } = useTranslation('settings');
  return (
    <ul className="flex flex-col gap-1">
      {permissions.map((permission) => (
        <li key={permission} className="flex gap-2">
          <Check aria-hidden className="mt-0.5 size-4 flex-none text-good" />
          <span>
            {t(`roles.permission.${permission}`)}
            {isDangerous(permission) && <span className="text-faint"> · {t('roles.fresh')}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
