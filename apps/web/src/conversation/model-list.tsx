import type { AvailableModel, AvailableModels } from '@atelier/contracts/available-models';
import type { ChosenModel } from '@atelier/contracts/model-choice';
import { Command } from 'cmdk';
import { Check, CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatPrice } from '../settings/models/format-price.ts';
import { byProvider } from './offered-model.ts';

const groupClass =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-1 [&_[cmdk-group-heading]]:text-faint';

/** By what one reads, and in the order it stands: an id that happens to fit is no match. */
function isFound(_value: string, search: string, words: readonly string[] = []): number {
  return words.join(' ').toLowerCase().includes(search.trim().toLowerCase()) ? 1 : 0;
}

interface ModelListProps {
  readonly available: AvailableModels;
  /** What the choice is for. */
  readonly label: string;
  readonly chosen: ChosenModel | null;
  /** What was chosen cannot be used now. */
  readonly isGone: boolean;
  /** Whether what is usual may be chosen too. */
  readonly hasUsual: boolean;
  readonly onChoose: (chosen: ChosenModel | null) => void;
}

/** Everything that may answer, found by name, provider or chain. */
export function ModelList({ available, label, chosen, isGone, hasUsual, onChoose }: ModelListProps) {
  const { models, chains, standard } = available;
  const { t } = useTranslation('choice');
  const labels = new Map(models.map(({ id, label }) => [id, label]));
  const choice = chosen?.choice ?? null;
  return (
    <Command label={label} filter={isFound}>
      <Command.Input
        // It was opened to be searched; but a keyboard that springs up by itself would cover a sheet.
        autoFocus={window.matchMedia('(pointer: fine)').matches}
        placeholder={t('search')}
        className="h-11 w-full border-b border-line bg-transparent px-4 text-2 outline-none max-sm:text-[16px]"
      />
      {isGone && chosen && (
        <p role="status" className="flex gap-2 bg-warn-wash px-4 py-2 text-2 text-soft">
          <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none text-warn" />
          {t('gone', { name: chosen.name })}
        </p>
      )}
      <Command.List className="max-h-[min(360px,50dvh)] overflow-y-auto p-1.5">
        <Command.Empty className="p-3 text-2 text-faint">{t('nothing')}</Command.Empty>
        {hasUsual && (
          <Option
            value="usual"
            words={[t('usual'), standard?.label ?? t('offline')]}
            name={t('usualIs', { name: standard?.label ?? t('offline') })}
            isChosen={chosen === null}
            onSelect={() => onChoose(null)}
          >
            {t('usualNote')}
          </Option>
        )}
        {chains.length > 0 && (
          <Command.Group heading={t('chains')} className={groupClass}>
            {chains.map(({ id, name, modelIds }) => (
              <Option
                key={id}
                value={id}
                words={[name]}
                name={name}
                isChosen={choice?.kind === 'chain' && choice.chainId === id}
                onSelect={() => onChoose({ choice: { kind: 'chain', chainId: id }, name })}
              >
                {t('inOrder', { names: modelIds.map((modelId) => labels.get(modelId)).join(', ') })}
              </Option>
            ))}
          </Command.Group>
        )}
        {[...byProvider(models)].map(([provider, of]) => (
          <Command.Group key={provider} heading={provider} className={groupClass}>
            {of.map((model) => (
              <Option
                key={model.id}
                value={model.id}
                words={[model.label, provider]}
                name={model.label}
                isChosen={choice?.kind === 'model' && choice.modelId === model.id}
                onSelect={() => onChoose({ choice: { kind: 'model', modelId: model.id }, name: model.label })}
              >
                <ModelFacts model={model} />
              </Option>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

function ModelFacts({ model: { contextWindow, price } }: { readonly model: AvailableModel }) {
  const { t, i18n } = useTranslation('choice');
  const { language } = i18n;
  const facts = [
    contextWindow === null ? null : t('window', { tokens: new Intl.NumberFormat(language).format(contextWindow) }),
    price === null
      ? t('noPrice')
      : t('price', { input: formatPrice(price.input, language), output: formatPrice(price.output, language) }),
  ];
  return facts.filter((fact) => fact !== null).join(' · ');
}

interface OptionProps {
  readonly value: string;
  /** What a search looks in. */
  readonly words: readonly string[];
  readonly name: string;
  readonly isChosen: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

function Option({ value, words, name, isChosen, onSelect, children }: OptionProps) {
  const { t } = useTranslation('choice');
  return (
    <Command.Item
      value={value}
      keywords={[...words]}
      onSelect={onSelect}
      className="tap flex cursor-default items-center gap-2 rounded-1 px-2 py-1.5 text-2 data-[selected=true]:bg-hover"
    >
      <span className="min-w-0 flex-1">
        <span className={`block truncate ${isChosen ? 'font-semibold' : ''}`} title={name}>
          {name}
        </span>
        <span className="block text-1 text-soft">{children}</span>
      </span>
      {isChosen && <Check role="img" aria-label={t('chosen')} className="size-4 flex-none text-accent" />}
    </Command.Item>
  );
}
