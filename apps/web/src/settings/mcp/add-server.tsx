import { addMcpServerInput, type McpOwner } from '@atelier/contracts/mcp';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RefusalNote } from '../../auth/refusal-note.tsx';
import { useSubmit } from '../../auth/use-submit.ts';
import { type HeaderDraft, HeaderFields, headersOf, isHeader, noHeader } from './header-fields.tsx';
import { useMcp } from './use-mcp.ts';

interface AddServerProps {
  readonly owner: McpOwner;
  readonly commands: readonly string[];
  readonly onMade: (id: string) => void;
  readonly onCancel: () => void;
}

/** Where a server is, and what opens it. */
export function AddServer({ owner, commands, onMade, onCancel }: AddServerProps) {
  const { t } = useTranslation('mcp');
  const [kind, setKind] = useState<'http' | 'stdio'>('http');
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [header, setHeader] = useState<HeaderDraft>(noHeader);
  const [command, setCommand] = useState(commands[0] ?? '');
  const [hasTried, setTried] = useState(false);
  const { add } = useMcp(owner);
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    const made = await add.mutateAsync(
      kind === 'http' ? { kind, name, url, headers: headersOf(header) } : { kind, name, command },
    );
    onMade(made.id);
  });
  const problems = {
    name: addMcpServerInput.options[1].shape.name.safeParse(name).success ? undefined : t('nameWrong'),
    url: kind === 'stdio' || addMcpServerInput.options[0].shape.url.safeParse(url).success ? undefined : t('urlWrong'),
    header: kind === 'stdio' || isHeader(header) ? undefined : t('headerWrong'),
  };

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (Object.values(problems).every((problem) => problem === undefined)) void submit();
  }
  return (
    <form noValidate onSubmit={onSubmit} className="rounded-3 border border-line bg-raised p-4">
      <div className="grid grid-cols-2 gap-x-3 max-sm:grid-cols-1">
        <TextField
          autoFocus
          label={t('name')}
          maxLength={20}
          autoComplete="off"
          spellCheck={false}
          value={name}
          hint={t('nameHint')}
          error={hasTried ? problems.name : undefined}
          onChange={({ target }) => setName(target.value)}
        />
        {commands.length > 0 && (
          <Select
            label={t('kind')}
            size="form"
            className="mb-3"
            value={kind}
            options={(['http', 'stdio'] as const).map((one) => [one, t(`kinds.${one}`)] as const)}
            onChange={setKind}
          />
        )}
      </div>
      {kind === 'http' ? (
        <>
          <TextField
            label={t('url')}
            type="url"
            inputMode="url"
            maxLength={1000}
            autoComplete="off"
            spellCheck={false}
            value={url}
            hint={t('urlHint')}
            error={hasTried ? problems.url : undefined}
            onChange={({ target }) => setUrl(target.value)}
          />
          <HeaderFields draft={header} error={hasTried ? problems.header : undefined} onDraft={setHeader} />
        </>
      ) : (
        <Select
          label={t('command')}
          size="form"
          className="mb-3"
          value={command}
          options={commands.map((one) => [one, one] as const)}
          onChange={setCommand}
        />
      )}
      <RefusalNote refusal={refusal} />
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={isBusy || isWaiting} icon={isBusy && <Spinner />}>
          {t('create')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </form>
  );
}
