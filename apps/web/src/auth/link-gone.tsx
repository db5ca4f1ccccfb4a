import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHeading } from './page-heading.tsx';
import '../i18n/add-later-words.ts';

/** A link that is not good, or was opened without its secret; and how to get another. */
export function LinkGone({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <PageHeading title={t('link.goneTitle')} text={t('link.goneText')} />
      <p className="text-2">{children}</p>
    </div>
  );
}
