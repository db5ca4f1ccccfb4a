import { useMatchRoute } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** How an installation gets its owner, where people begin. */
export function NoOwnerNote() {
  const { t } = useTranslation();
  const isAt = useMatchRoute();
  if (!isAt({ to: '/auth/sign-in' }) && !isAt({ to: '/auth/register' })) return null;
  return (
    <p className="mt-8 flex gap-2 border-t border-line pt-5 text-2 text-soft">
      <KeyRound aria-hidden className="mt-0.5 size-4 flex-none text-faint" />
      <span>{t('setup.noOwner')}</span>
    </p>
  );
}
