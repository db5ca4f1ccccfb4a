import { buttonClass } from '@atelier/ui/button';
import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNote } from './problem-note.tsx';
import { ProviderIcon } from './provider-icon.tsx';
import { useProviders } from './use-providers.ts';

/** Signing in without a password, above the form for one; and what went wrong at a provider the last time. */
export function OtherWays({ children = null }: { readonly children?: ReactNode }) {
  const { t } = useTranslation();
  const { next, problem, provider } = useSearch({ from: '/signed-out' });
  const providers = useProviders();
  const query = next === undefined ? '' : `?${new URLSearchParams({ returnTo: next })}`;
  return (
    <>
      <ProblemNote problem={problem} provider={provider} />
      {(providers.length > 0 || children !== null) && (
        <>
          <div className="flex flex-col gap-2">
            {providers.map(({ id, name }) => (
              // A plain link: the server leads out of the app.
              <a key={id} href={`/auth/oauth/${id}/start${query}`} className={buttonClass('plain', 'form')}>
                <ProviderIcon id={id} />
                {t('auth.continueWith', { provider: name })}
              </a>
            ))}
            {children}
          </div>
          <div className="my-4 flex items-center gap-3 text-2 text-faint before:flex-1 before:border-t before:border-line after:flex-1 after:border-t after:border-line">
            {t('auth.or')}
          </div>
        </>
      )}
    </>
  );
}
