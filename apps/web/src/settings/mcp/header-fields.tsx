import { addMcpServerInput } from '@atelier/contracts/mcp';
import { TextField } from '@atelier/ui/text-field';
import { useTranslation } from 'react-i18next';

export interface HeaderDraft {
  readonly name: string;
  readonly value: string;
}

export const noHeader: HeaderDraft = { name: '', value: '' };

export function headersOf(draft: HeaderDraft): HeaderDraft[] {
  return draft.name.trim() === '' && draft.value === '' ? [] : [draft];
}

export function isHeader(draft: HeaderDraft): boolean {
  return addMcpServerInput.options[0].shape.headers.safeParse(headersOf(draft)).success;
}

interface HeaderFieldsProps {
  readonly draft: HeaderDraft;
  readonly error: string | undefined;
  readonly onDraft: (draft: HeaderDraft) => void;
}

/** A header that opens the server, where it wants one. */
export function HeaderFields({ draft, error, onDraft }: HeaderFieldsProps) {
  const { t } = useTranslation('mcp');
  return (
    <div className="grid grid-cols-[1fr_2fr] gap-x-3 max-sm:grid-cols-1">
      <TextField
        label={t('headerName')}
        maxLength={64}
        autoComplete="off"
        spellCheck={false}
        placeholder="Authorization"
        value={draft.name}
        hint={t('headerNameHint')}
        error={error}
        onChange={({ target }) => onDraft({ ...draft, name: target.value })}
      />
      <TextField
        label={t('headerValue')}
        type="password"
        maxLength={4000}
        autoComplete="off"
        value={draft.value}
        hint={t('headerValueHint')}
        onChange={({ target }) => onDraft({ ...draft, value: target.value })}
      />
    </div>
  );
}
