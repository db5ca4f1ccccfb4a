import { buttonClass } from '@atelier/ui/button';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ProblemNote } from './problem-note.tsx';
import { ProviderIcon } from './provider-icon.tsx';
import { useProviders } from './use-providers.ts';

/** Signing in at a provider, above the form for a password; and what went wrong there the last time. */
export function OtherWays() {
  const { t } = useTranslation();
  const { next, problem, provider } = useSearch({ from: '/signed-out' });
  const providers = useProviders();
  const query = next === undefined ? '' : `?${new URLSearchParams({ returnTo: next })}`;
  return (
    <>
      <ProblemNote problem={problem} provider={provider} />
      {providers.length > 0 && (
        <>
          <div className="flex flex-col gap-2">
            {providers.map(({ id, name }) => (
              // A plain link: the server leads out of the app.
              <a key={id} href={`/auth/oauth/${id}/start${query}`} className={buttonClass('plain', 'form')}>
                <ProviderIcon id={id} />
                {t('auth.continueWith', { provider: name })}
              </a>
            ))}
          </div>
          <div className="my-4 flex items-center gap-3 text-2 text-faint before:flex-1 before:border-t before:border-line after:flex-1 after:border-t after:border-line">
            {t('auth.or')}
          </div>
        </>
      )}
    </>
  );
}
