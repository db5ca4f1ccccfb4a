import type { ModelChoice } from '@atelier/contracts/model-choice';
import { Button } from '@atelier/ui/button';
import { IconButton } from '@atelier/ui/icon-button';
import { Bot } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { ModelPopover } from './model-popover.tsx';

interface RetryWithProps {
  /** Among icons below an answer, or beside the buttons of one that failed. */
  readonly look: 'icon' | 'button';
  readonly isBusy: boolean;
  readonly onRetry: (model: ModelChoice) => void;
}

/** Asks again, of somebody else, this once. Where nobody else is there, nothing is shown. */
export function RetryWith({ look, isBusy, onRetry }: RetryWithProps) {
  const { t } = useTranslation('choice');
  const { data } = trpc.models.available.useQuery();
  if (!data || data.models.length < 2) return null;
  return (
    <ModelPopover
      title={t('retryWith')}
      chosen={null}
      hasUsual={false}
      onChoose={(chosen) => chosen?.choice && onRetry(chosen.choice)}
      trigger={
        look === 'icon' ? (
          <IconButton label={t('retryWith')} disabled={isBusy}>
            <Bot aria-hidden className="size-4" />
          </IconButton>
        ) : (
          <Button icon={<Bot aria-hidden className="size-3.5" />} disabled={isBusy}>
            {t('retryWith')}
          </Button>
        )
      }
    />
  );
}
