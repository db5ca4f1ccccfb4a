import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="text-center">
        <h1 className="mb-3 text-4 font-semibold">{t('notFound.title')}</h1>
        <Link to="/" className="text-accent underline underline-offset-2">
          {t('notFound.action')}
        </Link>
      </div>
    </main>
  );
}
