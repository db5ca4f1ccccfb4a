import type { ApiKeyMade } from '@atelier/contracts/api-keys';
import type { Scope } from '@atelier/contracts/permissions';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpcClient } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';

const day = 24 * 60 * 60_000;
/** A little short of a year, so that this device's clock may run ahead. */
const lives = { month: 30, quarter: 90, year: 364, none: null } as const;
type Life = keyof typeof lives;

interface NewApiKeyProps {
  readonly onMade: (made: ApiKeyMade) => void;
  readonly onCancel: () => void;
}

/** What a new key is for, what it may do, and for how long. */
export function NewApiKey({ onMade, onCancel }: NewApiKeyProps) {
  const { t } = useTranslation('security');
  const identity = useIdentity();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('read');
  const [life, setLife] = useState<Life>('quarter');
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    const days = lives[life];
    const expiresAt = days === null ? null : new Date(Date.now() + days * day).toISOString();
    onMade(await trpcClient.apiKeys.create.mutate({ name, scopes: [scope], expiresAt }));
  });
  const mayAdminister = identity?.organisation.role === 'owner' || identity?.organisation.role === 'admin';
  const scopes: readonly Scope[] = mayAdminister ? ['read', 'write', 'admin'] : ['read', 'write'];

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void submit();
  }
  return (
    <form onSubmit={onSubmit} className="rounded-3 border border-line bg-raised p-4">
      <TextField
        label={t('keys.name')}
        hint={t('keys.nameHint')}
        required
        maxLength={80}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
        className="max-w-96"
      />
      <fieldset className="mb-4">
        <legend className="mb-1 font-medium">{t('keys.scopes')}</legend>
        {scopes.map((option) => (
          <label key={option} className="flex cursor-pointer gap-2 py-1">
            <input
              type="radio"
              name="scope"
              checked={scope === option}
              onChange={() => setScope(option)}
              className="mt-0.5 size-4 flex-none self-start accent-(--accent)"
            />
            <span>
              <span className="font-medium">{t(`keys.scope.${option}`)}</span>
              <span className="block text-soft">{t(`keys.scopeText.${option}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Select
        label={t('keys.life')}
        value={life}
        options={[
          ['month', t('keys.lives.month')],
          ['quarter', t('keys.lives.quarter')],
          ['year', t('keys.lives.year')],
          ['none', t('keys.lives.none')],
        ]}
        onChange={setLife}
        className="mb-4 max-w-48"
      />
      <RefusalNote refusal={refusal} />
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={isBusy || isWaiting || name.trim() === ''}>
          {t('keys.create')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </form>
  );
}
