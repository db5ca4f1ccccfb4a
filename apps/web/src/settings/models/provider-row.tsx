import type { ProviderDto } from '@atelier/contracts/providers';
import { Badge } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { ChevronRight, Server } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';
import { FactLine, Row } from '../row-list.tsx';
import { KeyFact } from './key-fact.tsx';
import { OutcomeNote } from './outcome-note.tsx';
import { presetOf } from './provider-draft.ts';
import { ProviderHealth } from './provider-health.tsx';
import { ProviderMenu } from './provider-menu.tsx';
import { ProviderModels } from './provider-models.tsx';

interface ProviderRowProps {
  readonly provider: ProviderDto;
  /** Just made here: it is open, and the focus is in it. */
  readonly isNew: boolean;
}

/** A provider: how it is reached, whether it answers, and its models. */
export function ProviderRow({ provider, isNew }: ProviderRowProps) {
  const { t } = useTranslation('models');
  const { id, name, baseUrl } = provider;
  const [isOpen, setOpen] = useState(isNew);
  const modelsId = useId();
  const test = trpc.providers.test.useMutation({ onError: showError });
  return (
    <Row
      icon={<Server aria-hidden className="size-4" />}
      title={name}
      marks={<ProviderMarks provider={provider} />}
      facts={
        <FactLine>
          <code className="font-mono text-1 break-all">{baseUrl}</code>
          <KeyFact provider={provider} />
          <ProviderHealth provider={provider} />
        </FactLine>
      }
      actions={
        <>
          <Button
            aria-label={t('providers.testOf', { name })}
            disabled={test.isPending}
            icon={test.isPending && <Spinner />}
            onClick={() => test.mutate({ providerId: id })}
          >
            {t('providers.test')}
          </Button>
          <ProviderMenu provider={provider} />
        </>
      }
    >
      <div className="sm:pl-7">
        <OutcomeNote outcome={test.data ?? null} latencyMs={test.data?.latencyMs ?? null} />
        <Button
          look="ghost"
          autoFocus={isNew}
          aria-expanded={isOpen}
          aria-controls={modelsId}
          aria-label={`${name}: ${t('list.count', { count: provider.models })}`}
          className="mt-1 -ml-2"
          icon={<ChevronRight aria-hidden className={`size-4 transition-transform ${isOpen ? 'rotate-90' : ''}`} />}
          onClick={() => setOpen(!isOpen)}
        >
          {t('list.count', { count: provider.models })}
        </Button>
        <div id={modelsId} hidden={!isOpen}>
          {isOpen && <ProviderModels provider={provider} />}
        </div>
      </div>
    </Row>
  );
}

function ProviderMarks({ provider }: { readonly provider: ProviderDto }) {
  const { t } = useTranslation('models');
  const { isEnabled, access, organisations, key, kind, preset, health } = provider;
  const needsKey = presetOf(preset)?.needsKey ?? kind !== 'openai_compatible';
  return (
    <>
      {!isEnabled && <Badge>{t('providers.off')}</Badge>}
      {health.state === 'failing' && <Badge tone="warn">{t('health.failing')}</Badge>}
      {health.state === 'resting' && <Badge tone="bad">{t('health.resting')}</Badge>}
      {needsKey && !key.set && <Badge tone="warn">{t('providers.keyNone')}</Badge>}
      {access === 'some' && (
        <Badge tone={organisations === 0 ? 'warn' : 'plain'}>
          {organisations === 0 ? t('providers.nobody') : t('providers.some', { count: organisations })}
        </Badge>
      )}
    </>
  );
}
