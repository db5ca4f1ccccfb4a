import { IconButton } from '@atelier/ui/icon-button';
import { ChartNoAxesGantt } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** Opens what a run's time and money went into. */
export function TraceButton({ onClick }: { readonly onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <IconButton label={t('chat.trace')} aria-haspopup="dialog" onClick={onClick}>
      <ChartNoAxesGantt aria-hidden className="size-4" />
    </IconButton>
  );
}
