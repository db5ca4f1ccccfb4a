import { useTranslation } from 'react-i18next';
import { FoldOut } from './fold-out.tsx';

/** From here on the model is told this, instead of all that stands above it. */
export function SummaryBlock({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  return <FoldOut label={t('chat.summarised')} text={text} />;
}
