import { Button } from '@atelier/ui/button';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { RefusalNote } from '../../auth/refusal-note.tsx';
import { useOnce } from '../../auth/use-once.ts';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';

/** Where the authorisation server sends the browser back to. The code is spent at once, and the address left. */
export function McpCallbackPage() {
  const { t } = useTranslation('mcp');
  const navigate = useNavigate();
  const { code, state, iss } = useSearch({ from: '/signed-in/mcp/callback' });
  const finish = trpc.mcp.finishAuthorisation.useMutation();
  const toSettings = () => navigate({ to: '/settings/$section', params: { section: 'mcp' }, replace: true });
  const { submit, refusal } = useSubmit(async () => {
    await finish.mutateAsync({ code: code ?? '', state: state ?? '', iss: iss ?? null });
    showToast({ text: t('authorisedNow') });
    await toSettings();
  });
  const isDenied = code === undefined || state === undefined;
  useOnce(() => {
    if (!isDenied) void submit();
  });
  return (
    <main className="mx-auto max-w-lg p-6">
      <h1 className="mb-3 text-4 font-semibold">{t('callbackTitle')}</h1>
      <RefusalNote refusal={refusal} />
      {isDenied && <p className="mb-3 text-soft">{t('denied')}</p>}
      {(isDenied || refusal !== null) && (
        <Button look="primary" onClick={() => void toSettings()}>
          {t('toSettings')}
        </Button>
      )}
    </main>
  );
}
