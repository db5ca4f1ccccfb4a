import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIdentity } from '../auth/identity.ts';
import { useMay } from '../auth/use-may.ts';
import { Block } from './block.tsx';
import { InvitationList } from './invitation-list.tsx';
import { InviteForm } from './invite-form.tsx';
import { LinkOnce } from './link-once.tsx';

/** A link that was just made, and for whom. */
export interface MadeLink {
  readonly email: string;
  readonly link: string;
}

export function InvitationsSection() {
  const { t } = useTranslation('settings');
  const identity = useIdentity();
  const mayInvite = useMay('invitation.write');
  const [made, setMade] = useState<MadeLink | null>(null);
  if (identity?.organisation.kind !== 'shared') {
    return <p className="max-w-(--measure) text-2 text-soft">{t('invitations.personal')}</p>;
  }
  return (
    <>
      {mayInvite && (
        <Block>
          <InviteForm onMade={setMade} />
        </Block>
      )}
      <Block title={t('invitations.list')}>
        <InvitationList onMade={setMade} />
      </Block>
      {made && (
        <LinkOnce
          title={t('invitations.linkTitle', { email: made.email })}
          text={t('invitations.linkText')}
          label={t('invitations.linkLabel')}
          link={made.link}
          onClose={() => setMade(null)}
        />
      )}
    </>
  );
}
