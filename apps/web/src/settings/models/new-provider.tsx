import type { ProviderKind } from '@atelier/contracts/models';
import { providerPresets } from '@atelier/contracts/provider-presets';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { RefusalNote } from '../../auth/refusal-note.tsx';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { PresetNote } from './preset-note.tsx';
import { isBaseUrl, isKey, type PresetChoice, presetOf } from './provider-draft.ts';
import { useModelsChanged } from './use-models-changed.ts';

const kinds: readonly ProviderKind[] = ['openai_compatible', 'openai', 'anthropic', 'google'];

interface NewProviderProps {
  readonly onMade: (id: string) => void;
  readonly onCancel: () => void;
}

/** Where a provider is and what opens it. A known one needs its key only. */
export function NewProvider({ onMade, onCancel }: NewProviderProps) {
  const { t } = useTranslation('models');
  const [choice, setChoice] = useState<PresetChoice>('openai');
  const preset = presetOf(choice);
  const [kind, setKind] = useState<ProviderKind>('openai_compatible');
  const [name, setName] = useState(preset?.name ?? '');
  const [address, setAddress] = useState(preset?.baseUrl ?? '');
  const [key, setKey] = useState('');
  const [hasTried, setTried] = useState(false);
  const changed = useModelsChanged();
  const create = trpc.providers.create.useMutation();
  const submission = useSubmit(async () => {
    const provider = await create.mutateAsync({
      name,
      kind: preset?.kind ?? kind,
      preset: choice === 'other' ? null : choice,
      baseUrl: address,
      apiKey: key.trim() === '' ? null : key,
    });
    await changed();
    showToast({ text: t('providers.created', { name: provider.name }) });
    onMade(provider.id);
  });
  const problems = {
    name: name.trim() === '' ? t('providers.nameMissing') : undefined,
    address: isBaseUrl(address) ? undefined : t('providers.baseUrlWrong'),
    key: keyProblem(),
  };

  function keyProblem(): string | undefined {
    if (key.trim() === '') return preset?.needsKey ? t('providers.keyMissing') : undefined;
    return isKey(key) ? undefined : t('providers.keyWrong');
  }
  function choose(next: PresetChoice): void {
    setChoice(next);
    setName(presetOf(next)?.name ?? '');
    setAddress(presetOf(next)?.baseUrl ?? '');
    setTried(false);
  }
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (Object.values(problems).every((problem) => problem === undefined)) void submission.submit();
  }
  return (
    <form noValidate onSubmit={onSubmit} className="rounded-3 border border-line bg-raised p-4">
      <div className="grid grid-cols-2 gap-x-3 max-sm:grid-cols-1">
        <Select
          autoFocus
          label={t('providers.preset')}
          size="form"
          className="mb-3"
          value={choice}
          options={[...providerPresets.map(({ id, name }) => [id, name] as const), ['other', t('providers.other')]]}
          onChange={choose}
        />
        {choice === 'other' && (
          <Select
            label={t('providers.kind')}
            size="form"
            className="mb-3"
            value={kind}
            options={kinds.map((option) => [option, t(`providers.kinds.${option}`)] as const)}
            onChange={setKind}
          />
        )}
        <TextField
          label={t('providers.name')}
          maxLength={80}
          autoComplete="off"
          value={name}
          error={hasTried ? problems.name : undefined}
          onChange={({ target }) => setName(target.value)}
        />
      </div>
      <PresetNote choice={choice} />
      <TextField
        label={t('providers.baseUrl')}
        type="url"
        inputMode="url"
        maxLength={500}
        autoComplete="off"
        spellCheck={false}
        value={address}
        hint={t('providers.baseUrlHint')}
        error={hasTried ? problems.address : undefined}
        onChange={({ target }) => setAddress(target.value)}
      />
      <TextField
        label={t('providers.key')}
        type="password"
        maxLength={4000}
        autoComplete="off"
        value={key}
        hint={preset?.needsKey ? t('providers.keyHint') : t('providers.keyOptional')}
        error={hasTried ? problems.key : undefined}
        onChange={({ target }) => setKey(target.value)}
      />
      <RefusalNote refusal={submission.refusal} />
      <div className="flex gap-2">
        <Button
          type="submit"
          look="primary"
          disabled={submission.isBusy || submission.isWaiting}
          icon={submission.isBusy && <Spinner />}
        >
          {t('providers.create')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </form>
  );
}
