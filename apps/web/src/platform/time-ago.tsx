import { useTranslation } from 'react-i18next';
import { formatExactTime, formatRelativeTime } from './format.ts';

/** "3 hours ago", and the exact time on hover. */
export function TimeAgo({ instant }: { readonly instant: string }) {
  const { i18n } = useTranslation();
  return (
    <time dateTime={instant} title={formatExactTime(instant, i18n.language)}>
      {formatRelativeTime(instant, new Date(), i18n.language)}
    </time>
  );
}
