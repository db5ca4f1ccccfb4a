import { Button } from '@atelier/ui/button';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useMay } from '../auth/use-may.ts';

/** Without a provider: what answers instead, what it understands, and where whoever may adds a real one. */
export function OfflineHint({ onSuggestion }: { readonly onSuggestion: (text: string) => void }) {
  const { t } = useTranslation();
  const mayArrange = useMay('model.administer');
  const about = trpc.system.about.useQuery();
  if (about.data?.model.isOffline !== true) return null;
  return (
    <div className="mt-5 rounded-3 border border-line bg-sunken p-4 text-2">
      <p className="text-soft">
        {t('chat.offline')}{' '}
        <Link
          to="/settings/$section"
          params={{ section: mayArrange ? 'models' : 'about' }}
          className="text-accent underline underline-offset-2"
        >
          {mayArrange ? t('chat.offlineAdd') : t('chat.offlineMore')}
        </Link>
      </p>
      <ul className="mt-3 flex flex-wrap gap-2">
        {t('chat.suggestions', { returnObjects: true }).map((suggestion) => (
          <li key={suggestion}>
            <Button onClick={() => onSuggestion(suggestion)}>{suggestion}</Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
