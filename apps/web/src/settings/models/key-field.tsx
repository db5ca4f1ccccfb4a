import type { ProviderDto } from '@atelier/contracts/providers';
import { Button } from '@atelier/ui/button';
import { TextField } from '@atelier/ui/text-field';
import { useTranslation } from 'react-i18next';
import { KeyState } from './key-fact.tsx';

export interface KeyDraft {
  readonly act: 'keep' | 'replace' | 'remove';
  readonly typed: string;
}

interface KeyFieldProps {
  readonly saved: ProviderDto['key'];
  readonly draft: KeyDraft;
  readonly isWrong: boolean;
  /** A key belongs to its address: for another one it cannot be kept. */
  readonly mayKeep: boolean;
  readonly onDraft: (draft: KeyDraft) => void;
}

/** A key that is there already and is never shown: it stays, is replaced, or is removed. */
export function KeyField({ saved, draft, isWrong, mayKeep, onDraft }: KeyFieldProps) {
  const { t } = useTranslation('models');
  const keep = saved.set && mayKeep && (
    <Button look="ghost" onClick={() => onDraft({ act: 'keep', typed: '' })}>
      {t('providers.keyKeep')}
    </Button>
  );
  if (draft.act === 'replace') {
    return (
      <div className="mb-3">
        <TextField
          autoFocus={saved.set && mayKeep}
          label={t('providers.key')}
          type="password"
          maxLength={4000}
          autoComplete="off"
          value={draft.typed}
          hint={t('providers.keyHint')}
          error={isWrong ? t('providers.keyWrong') : undefined}
          onChange={({ target }) => onDraft({ act: 'replace', typed: target.value })}
          className="mb-1!"
        />
        {keep}
      </div>
    );
  }
  return (
    <div className="mb-4">
      <p className="mb-1 font-medium">{t('providers.key')}</p>
      <div className="flex flex-wrap items-center gap-2">
        <p className="mr-auto text-soft">
          {draft.act === 'remove' ? t('providers.keyGoes') : <KeyState set={saved.set} last4={saved.last4} />}
        </p>
        {draft.act === 'remove' ? (
          keep
        ) : (
          <>
            <Button onClick={() => onDraft({ act: 'replace', typed: '' })}>{t('providers.keyReplace')}</Button>
            <Button look="danger" onClick={() => onDraft({ act: 'remove', typed: '' })}>
              {t('providers.keyRemove')}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
