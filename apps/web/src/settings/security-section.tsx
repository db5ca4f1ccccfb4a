import { useSearch } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ProblemNote } from '../auth/problem-note.tsx';
import { useProviders } from '../auth/use-providers.ts';
import { AddressSection } from './address-section.tsx';
import { Block } from './block.tsx';
import { LinkedAccountsSection } from './linked-accounts-section.tsx';
import { PasskeysSection } from './passkeys-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { SecondFactorSection } from './second-factor-section.tsx';

/** Everything by which the person signs in. */
export function SecuritySection() {
  const { t } = useTranslation('security');
  return (
    <>
      <LinkOutcome />
      <Block title={t('address.title')}>
        <AddressSection />
      </Block>
      <Block title={t('password.title')}>
        <PasswordSection />
      </Block>
      <Block title={t('factor.title')} text={t('factor.text')}>
        <SecondFactorSection />
      </Block>
      <Block title={t('passkeys.title')} text={t('passkeys.text')}>
        <PasskeysSection />
      </Block>
      <Block title={t('accounts.title')} text={t('accounts.text')}>
        <LinkedAccountsSection />
      </Block>
    </>
  );
}

/** What came of linking at a provider, from which the person has just come back. */
function LinkOutcome() {
  const { t } = useTranslation('security');
  const { problem, provider, linked } = useSearch({ from: '/signed-in/settings/$section' });
  const name = useProviders().find(({ id }) => id === linked)?.name;
  return (
    <>
      <ProblemNote problem={problem} provider={provider} />
      <div role="status">
        {name !== undefined && (
          <p className="mb-4 flex gap-1.5 rounded-2 bg-good-wash px-3 py-2 text-2 text-good">
            <CircleCheck aria-hidden className="mt-0.5 size-4 flex-none" />
            <span>{t('accounts.done', { name })}</span>
          </p>
        )}
      </div>
    </>
  );
}
