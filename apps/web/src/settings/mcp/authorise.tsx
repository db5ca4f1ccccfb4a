import type { McpServerDto } from '@atelier/contracts/mcp';
import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';

/** Leads to where the person lets us in at the server; the browser comes back from there. */
export function Authorise({ server: { id, name } }: { readonly server: McpServerDto }) {
  const { t } = useTranslation('mcp');
  const begin = trpc.mcp.beginAuthorisation.useMutation({
    onError: showError,
    onSuccess: ({ url }) => {
      // What the server of others says is an address, and nothing that runs here.
      if (/^https?:/.test(url)) window.location.assign(url);
    },
  });
  return (
    <Button
      className="mt-2 mr-2"
      aria-label={t('authoriseAt', { name })}
      disabled={begin.isPending}
      icon={begin.isPending ? <Spinner /> : <ExternalLink aria-hidden className="size-4" />}
      onClick={() => begin.mutate({ serverId: id })}
    >
      {t('authorise')}
    </Button>
  );
}
