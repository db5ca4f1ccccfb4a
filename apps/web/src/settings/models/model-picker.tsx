import type { FetchedModels, ProviderDto } from '@atelier/contracts/providers';
import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { RefusalNote } from '../../auth/refusal-note.tsx';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { ModelChoice } from './model-choice.tsx';
import { useModelsChanged } from './use-models-changed.ts';

/** The server takes as many at a time. */
const most = 200;
/** So many are shown without scrolling. */
const fewModels = 8;

interface ModelPickerProps {
  readonly providerId: ProviderDto['id'];
  readonly models: FetchedModels['models'];
  readonly onClose: () => void;
}

/** What a provider has, to find and to choose from; what is known about a model comes along. */
export function ModelPicker({ providerId, models, onClose }: ModelPickerProps) {
  const { t } = useTranslation('models');
  const { t: common } = useTranslation();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const changed = useModelsChanged();
  const add = trpc.models.add.useMutation({ onSettled: changed });
  const wanted = search.trim().toLowerCase();
  const shown = models.filter(({ name, label }) => `${name} ${label ?? ''}`.toLowerCase().includes(wanted));
  const open = shown.filter(({ isAdded }) => !isAdded);
  const isTooMany = chosen.size > most;
  const submission = useSubmit(async () => {
    const picked = models
      .filter(({ name }) => chosen.has(name))
      .map(({ name, label, contextWindow, maxOutputTokens }) => {
        const known = { name, contextWindow, maxOutputTokens };
        return label === null ? known : { ...known, label };
      });
    await add.mutateAsync({ providerId, models: picked });
    showToast({ text: t('fetched.added', { count: picked.length }) });
    onClose();
  });

  function toggle(name: string): void {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  }
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    void submission.submit();
  }
  if (models.length === 0) return <p className="p-5 text-2 text-soft">{t('fetched.empty')}</p>;
  return (
    <form onSubmit={onSubmit} className="text-2">
      <div className="flex items-center gap-2 px-5 pt-4 pb-2">
        <div className="relative min-w-0 flex-1">
          <Search aria-hidden className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint" />
          <input
            data-autofocus
            // biome-ignore lint/a11y/noAutofocus: the dialog is open already, and has waited for this
            autoFocus
            type="search"
            aria-label={t('fetched.search')}
            placeholder={t('fetched.search')}
            value={search}
            onChange={({ target }) => setSearch(target.value)}
            className="tap h-8 w-full rounded-2 border border-line-strong bg-raised pr-2 pl-8 focus:border-accent focus:outline-none max-sm:text-[16px]"
          />
        </div>
        <Button
          disabled={open.length === 0}
          onClick={() => setChosen(new Set([...chosen, ...open.map(({ name }) => name)]))}
        >
          {t('fetched.all')}
        </Button>
      </div>
      {/* A long list keeps its height: a search moves nothing. */}
      <ul
        aria-label={t('fetched.search')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className={`overflow-y-auto px-5 outline-offset-[-2px] ${models.length > fewModels ? 'h-[min(360px,50dvh)]' : 'max-h-[50dvh] min-h-24'}`}
      >
        {shown.length === 0 && <li className="py-2 text-faint">{t('fetched.nothing')}</li>}
        {shown.map((model) => (
          <ModelChoice
            key={model.name}
            model={model}
            isChosen={chosen.has(model.name)}
            onToggle={() => toggle(model.name)}
          />
        ))}
      </ul>
      <div className="px-5 pt-2">
        <RefusalNote refusal={submission.refusal} />
        {isTooMany && (
          <p role="alert" className="text-bad">
            {t('fetched.tooMany', { count: most })}
          </p>
        )}
      </div>
      <div className="flex justify-end gap-2 border-t border-line p-3">
        <Button onClick={onClose}>{common('common.cancel')}</Button>
        <Button
          type="submit"
          look="primary"
          disabled={chosen.size === 0 || isTooMany || submission.isBusy || submission.isWaiting}
          icon={submission.isBusy && <Spinner />}
        >
          {chosen.size === 0 ? t('byName.add') : t('fetched.add', { count: chosen.size })}
        </Button>
      </div>
    </form>
  );
}
