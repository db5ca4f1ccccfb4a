import { Button } from '@atelier/ui/button';
import { useTranslation } from 'react-i18next';

/** Where a page ends up that broke while it was drawn. */
export function ErrorPage() {
  const { t } = useTranslation();
  return (
    <main className="grid h-full flex-1 place-items-center p-6">
      <div role="alert" className="max-w-sm text-center">
        <h1 className="mb-1 text-4 font-semibold">{t('error.title')}</h1>
        <p className="mb-4 text-2 text-soft">{t('error.noted')}</p>
        <Button onClick={() => window.location.reload()}>{t('error.action')}</Button>
      </div>
    </main>
  );
}
