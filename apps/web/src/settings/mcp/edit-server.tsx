import { addMcpServerInput, type McpServerDto } from '@atelier/contracts/mcp';
import { CheckField } from '@atelier/ui/check-field';
import { TextField } from '@atelier/ui/text-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { FormDialog } from '../form-dialog.tsx';
import { type HeaderDraft, HeaderFields, headersOf, isHeader, noHeader } from './header-fields.tsx';
import { useMcp } from './use-mcp.ts';

/** Another address, or another header. What opened the address before does not go along. */
export function EditServer({ server, onClose }: { readonly server: McpServerDto; readonly onClose: () => void }) {
  const { t } = useTranslation('mcp');
  const [url, setUrl] = useState(server.url ?? '');
  const [keeps, setKeeps] = useState(true);
  const [header, setHeader] = useState<HeaderDraft>(noHeader);
  const [hasTried, setTried] = useState(false);
  const { connect } = useMcp(server.owner);
  const isMoved = url !== server.url;
  const mayKeep = !isMoved && server.headers.length > 0;
  const isKept = mayKeep && keeps;
  const submission = useSubmit(async () => {
    await connect.mutateAsync({ serverId: server.id, url, ...(isKept ? {} : { headers: headersOf(header) }) });
    showToast({ text: t('saved') });
    onClose();
  });
  const isUrl = addMcpServerInput.options[0].shape.url.safeParse(url).success;

  function onSubmit(): void {
    setTried(true);
    if (isUrl && (isKept || isHeader(header))) void submission.submit();
  }
  return (
    <FormDialog
      title={t('editTitle', { name: server.name })}
      action={t('save')}
      submission={submission}
      onSubmit={onSubmit}
      onClose={onClose}
    >
      <TextField
        label={t('url')}
        type="url"
        inputMode="url"
        maxLength={1000}
        autoComplete="off"
        spellCheck={false}
        value={url}
        hint={isMoved ? t('urlMoved') : t('urlHint')}
        error={hasTried && !isUrl ? t('urlWrong') : undefined}
        onChange={({ target }) => setUrl(target.value)}
      />
      {mayKeep && (
        <CheckField
          className="mb-3"
          label={t('headersKeep', { names: server.headers.join(', ') })}
          checked={keeps}
          onChange={setKeeps}
        />
      )}
      {!isKept && (
        <HeaderFields
          draft={header}
          error={hasTried && !isHeader(header) ? t('headerWrong') : undefined}
          onDraft={setHeader}
        />
      )}
    </FormDialog>
  );
}
