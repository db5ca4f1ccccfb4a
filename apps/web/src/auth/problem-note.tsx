import type { OauthProblem, ProviderId } from '@atelier/contracts/oauth';
import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useProviders } from './use-providers.ts';

/** Why signing in or linking at a provider came to nothing, and what to do. */
export function ProblemNote({
  problem,
  provider,
}: {
  readonly problem: OauthProblem | undefined;
  readonly provider: ProviderId | undefined;
}) {
  const { t } = useTranslation();
  const providers = useProviders();
  const name = providers.find(({ id }) => id === provider)?.name ?? t('auth.theProvider');
  return (
    <div role="alert">
      {problem && (
        <p className="mb-4 flex gap-1.5 rounded-2 bg-bad-wash px-3 py-2 text-2 text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />
          <span>{t(`oauthProblem.${problem}`, { provider: name })}</span>
        </p>
      )}
    </div>
  );
}
