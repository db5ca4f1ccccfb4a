import type { McpServerDto, McpToolDto, McpToolState } from '@atelier/contracts/mcp';
import { Badge, type Tone } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { ChevronRight } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Row, RowList } from '../row-list.tsx';
import { ToolDifference } from './tool-difference.tsx';
import { useMcp } from './use-mcp.ts';

const tones: Readonly<Record<McpToolState, Tone>> = { approved: 'good', new: 'warn', changed: 'bad', gone: 'plain' };

interface ToolListProps {
  readonly server: McpServerDto;
  readonly mayArrange: boolean;
}

/** A server's tools as it describes them, and what was agreed to. */
export function ToolList({ server, mayArrange }: ToolListProps) {
  const { t } = useTranslation('mcp');
  const { approve } = useMcp(server.owner);
  const list = useRef<HTMLDivElement>(null);
  const { tools } = server;
  const open = tools.filter(({ state }) => state === 'new');
  if (tools.length === 0) return <p className="py-1 text-faint">{t('noTools')}</p>;

  function agree(agreed: readonly McpToolDto[]): void {
    approve.mutate({ serverId: server.id, tools: agreed.map(({ name, pin }) => ({ name, pin })) });
    // The button that was pressed goes.
    list.current?.focus();
  }
  return (
    <div ref={list} tabIndex={-1} className="mt-1 outline-none">
      <p className="mb-2 max-w-(--measure) text-soft">{t('toolsText')}</p>
      {mayArrange && open.length > 1 && (
        <Button className="mb-2" disabled={approve.isPending} onClick={() => agree(open)}>
          {t('approveAll', { count: open.length })}
        </Button>
      )}
      <RowList label={t('toolsOf', { name: server.name })}>
        {tools.map((tool) => (
          <ToolRow key={tool.name} server={server} tool={tool} mayArrange={mayArrange} onAgree={() => agree([tool])} />
        ))}
      </RowList>
    </div>
  );
}

interface ToolRowProps extends ToolListProps {
  readonly tool: McpToolDto;
  readonly onAgree: () => void;
}

function ToolRow({ server, tool, mayArrange, onAgree }: ToolRowProps) {
  const { t } = useTranslation('mcp');
  const { approve, revoke } = useMcp(server.owner);
  const { name, state, now } = tool;
  const isOpen = state === 'new' || state === 'changed';
  return (
    <Row
      title={<code className="font-mono text-1 break-all">{name}</code>}
      marks={<Badge tone={tones[state]}>{t(`state.${state}`)}</Badge>}
      facts={state === 'changed' ? undefined : <span className="whitespace-pre-line">{now.description}</span>}
      actions={
        mayArrange && (
          <>
            {isOpen && (
              <Button
                look={state === 'new' ? 'plain' : 'danger'}
                aria-label={t(state === 'new' ? 'approveOf' : 'approveChangeOf', { name })}
                disabled={approve.isPending}
                onClick={onAgree}
              >
                {t(state === 'new' ? 'approve' : 'approveChange')}
              </Button>
            )}
            {state !== 'new' && (
              <Button
                look="ghost"
                aria-label={t('revokeOf', { name })}
                disabled={revoke.isPending}
                onClick={() => revoke.mutate({ serverId: server.id, names: [name] })}
              >
                {t('revoke')}
              </Button>
            )}
          </>
        )
      }
    >
      {state === 'changed' && tool.before && <ToolDifference before={tool.before} now={now} />}
      {state !== 'changed' && <Arguments tool={tool} />}
    </Row>
  );
}

function Arguments({ tool: { name, now } }: { readonly tool: McpToolDto }) {
  const { t } = useTranslation('mcp');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        look="ghost"
        aria-expanded={isOpen}
        aria-label={t('schemaOf', { name })}
        className="-ml-2"
        icon={<ChevronRight aria-hidden className={`size-4 transition-transform ${isOpen ? 'rotate-90' : ''}`} />}
        onClick={() => setOpen(!isOpen)}
      >
        {t('schema')}
      </Button>
      {isOpen && (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="mt-1 max-h-60 overflow-auto rounded-2 bg-sunken p-2 font-mono text-[12px] leading-[18px]"
        >
          {JSON.stringify(now.inputSchema, null, 2)}
        </pre>
      )}
    </>
  );
}
