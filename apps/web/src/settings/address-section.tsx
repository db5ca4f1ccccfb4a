import { Badge } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { showError } from '../shell/show-error.ts';
import { Row, RowList } from './row-list.tsx';

/** The address that mail goes to, and whether it is proved to be the person's. */
export function AddressSection() {
  const { t } = useTranslation('security');
  const identity = useIdentity();
  const send = trpc.auth.requestVerification.useMutation({ onError: showError });
  if (!identity) return null;
  const { email, isEmailVerified } = identity.user;
  return (
    <RowList label={t('address.title')}>
      <Row
        title={email}
        marks={
          <Badge tone={isEmailVerified ? 'good' : 'warn'}>
            {t(isEmailVerified ? 'address.isProved' : 'address.isNot')}
          </Badge>
        }
        facts={<span role="status">{factsOf(isEmailVerified, send.isSuccess)}</span>}
        actions={
          !isEmailVerified && (
            <Button disabled={send.isPending || send.isSuccess} onClick={() => send.mutate()}>
              {t('address.send')}
            </Button>
          )
        }
      />
    </RowList>
  );

  function factsOf(isProved: boolean, isSent: boolean): string {
    if (isProved) return t('address.proved');
    return isSent ? t('address.sent') : t('address.why');
  }
}
