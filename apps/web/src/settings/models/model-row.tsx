import type { ModelDto } from '@atelier/contracts/models';
import { Badge } from '@atelier/ui/badge';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';
import { FactLine, Row } from '../row-list.tsx';
import { formatPrice } from './format-price.ts';
import { ModelMenu } from './model-menu.tsx';
import { OutcomeNote } from './outcome-note.tsx';

const features = ['tools', 'images', 'reasoning'] as const;

/** A model, what is known about it, and what can be done with it. */
export function ModelRow({ model }: { readonly model: ModelDto }) {
  const { t, i18n } = useTranslation('models');
  const { providerId, name, label, contextWindow, price, isEnabled } = model;
  const test = trpc.providers.test.useMutation({ onError: showError });
  const dollars = (amount: number) => formatPrice(amount, i18n.language);
  return (
    <Row
      title={label}
      marks={!isEnabled && <Badge>{t('list.off')}</Badge>}
      facts={
        <FactLine>
          {name !== label && <code className="font-mono text-1 break-all">{name}</code>}
          {contextWindow !== null && (
            <span>{t('list.window', { tokens: new Intl.NumberFormat(i18n.language).format(contextWindow) })}</span>
          )}
          {price !== null && (
            <span>{t('list.price', { input: dollars(price.input), output: dollars(price.output) })}</span>
          )}
          {features.map(
            (feature) => model.features[feature] && <span key={feature}>{t(`list.features.${feature}`)}</span>,
          )}
        </FactLine>
      }
      actions={
        <ModelMenu model={model} isAsking={test.isPending} onAsk={() => test.mutate({ providerId, model: name })} />
      }
    >
      <OutcomeNote outcome={test.data ?? null} latencyMs={test.data?.latencyMs ?? null} />
    </Row>
  );
}
