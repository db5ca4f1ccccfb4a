import type { SecondFactorMethod } from '@atelier/contracts/auth';
import { Skeleton } from '@atelier/ui/skeleton';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { PageHeading } from './page-heading.tsx';
import { pendingSecondFactor } from './pending-second-factor.ts';
import { SecondFactorForm } from './second-factor-form.tsx';

/** What comes after a right password, or after a provider, for whoever has a second factor. */
export function SecondFactorPage() {
  const { t } = useTranslation();
  const known = useValue(pendingSecondFactor);
  // Whoever comes from a provider, or loads the page again, has the rest in a cookie.
  const held = trpc.auth.pendingSecondFactor.useQuery(undefined, { enabled: known === null, staleTime: 0, gcTime: 0 });
  const methods: readonly SecondFactorMethod[] | undefined = known?.methods ?? held.data?.methods;

  if (methods !== undefined) return <SecondFactorForm challenge={known?.challenge} methods={methods} />;
  if (held.isPending) {
    return (
      <>
        <PageHeading title={t('secondFactor.title')} />
        <Skeleton className="mt-6 h-10 w-full" />
      </>
    );
  }
  return <NothingPending />;
}

function NothingPending() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/signed-out' });
  return (
    <>
      <PageHeading title={t('secondFactor.endedTitle')} text={t('secondFactor.endedText')} />
      <p className="text-2">
        <AuthLink to="/auth/sign-in" search={next === undefined ? {} : { next }}>
          {t('auth.backToSignIn')}
        </AuthLink>
      </p>
    </>
  );
}
