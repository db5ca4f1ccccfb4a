import type { McpCheck, McpServerDto } from '@atelier/contracts/mcp';
import { Badge } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { ChevronRight, CircleAlert, Plug } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOnce } from '../../auth/use-once.ts';
import { FactLine, Row } from '../row-list.tsx';
import { Authorise } from './authorise.tsx';
import { ServerMenu } from './server-menu.tsx';
import { ToolList } from './tool-list.tsx';
import { useCheck } from './use-mcp.ts';

interface ServerRowProps {
  readonly server: McpServerDto;
  readonly mayArrange: boolean;
  /** Just made here: it is open, and asked what it has. */
  readonly isNew: boolean;
}

/** A server: how it is reached, whether it answers, and its tools. */
export function ServerRow({ server, mayArrange, isNew }: ServerRowProps) {
  const { t } = useTranslation('mcp');
  const { id, name, url, command, headers, isAuthorised, tools } = server;
  const toolsId = useId();
  const [isOpen, setOpen] = useState(isNew);
  const check = useCheck();
  const code = check.data?.code ?? null;
  useOnce(() => {
    if (isNew) check.mutate({ serverId: id });
  });
  return (
    <Row
      icon={<Plug aria-hidden className="size-4" />}
      title={name}
      marks={<ServerMarks server={server} />}
      facts={
        <FactLine>
          <code className="font-mono text-1 break-all">{url ?? command}</code>
          {headers.length > 0 && <span>{t('headers', { names: headers.join(', ') })}</span>}
          {isAuthorised && <span>{t('authorised')}</span>}
        </FactLine>
      }
      actions={
        <>
          <Button
            aria-label={t('checkOf', { name })}
            disabled={check.isPending}
            icon={check.isPending && <Spinner />}
            onClick={() => {
              setOpen(true);
              check.mutate({ serverId: id });
            }}
          >
            {t('check')}
          </Button>
          <ServerMenu server={server} mayArrange={mayArrange} />
        </>
      }
    >
      <div className="sm:pl-7">
        <CheckNote code={code} />
        {code === 'mcp.authorisation_needed' && <Authorise server={server} />}
        <Button
          look="ghost"
          aria-expanded={isOpen}
          aria-controls={toolsId}
          aria-label={`${name}: ${t('tools', { count: tools.length })}`}
          className="mt-1 -ml-2"
          icon={<ChevronRight aria-hidden className={`size-4 transition-transform ${isOpen ? 'rotate-90' : ''}`} />}
          onClick={() => setOpen(!isOpen)}
        >
          {t('tools', { count: tools.length })}
        </Button>
        <div id={toolsId} hidden={!isOpen}>
          {isOpen && <ToolList server={server} mayArrange={mayArrange} />}
        </div>
      </div>
    </Row>
  );
}

function ServerMarks({ server: { isEnabled, tools } }: { readonly server: McpServerDto }) {
  const { t } = useTranslation('mcp');
  const waiting = tools.filter(({ state }) => state === 'new').length;
  const changed = tools.filter(({ state }) => state === 'changed').length;
  return (
    <>
      {!isEnabled && <Badge>{t('off')}</Badge>}
      {changed > 0 && <Badge tone="bad">{t('changedTools', { count: changed })}</Badge>}
      {waiting > 0 && <Badge tone="warn">{t('newTools', { count: waiting })}</Badge>}
    </>
  );
}

/** Why a server could not be asked, read out as soon as it is known. */
function CheckNote({ code }: { readonly code: McpCheck['code'] | null }) {
  const { t } = useTranslation('mcp');
  return (
    <div role="status">
      {code !== null && code !== 'ok' && (
        <p className="mt-2 flex gap-1.5 text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />
          {t(`outcome.${code}`)}
        </p>
      )}
    </div>
  );
}
