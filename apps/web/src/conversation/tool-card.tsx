import type { ToolPart, ToolState } from '@atelier/contracts/parts';
import { Spinner } from '@atelier/ui/spinner';
import { clsx } from 'clsx';
import type { TFunction } from 'i18next';
import { Ban, Check, ChevronRight, CircleHelp, Hand, X } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../platform/format.ts';
import { visibleText } from '../platform/visible-text.ts';
import { ToolDetails } from './tool-details.tsx';

/** Consecutive calls in one card. */
export function ToolGroup({ tools }: { readonly tools: readonly ToolPart[] }) {
  return (
    <ul className="overflow-hidden rounded-3 border border-line bg-sunken text-2">
      {tools.map((tool) => (
        <ToolRow key={tool.callId} tool={tool} />
      ))}
    </ul>
  );
}

const ToolRow = memo(function ToolRow({ tool }: { readonly tool: ToolPart }) {
  const { t, i18n } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const doing = knownDoing(tool.name);
  const name = doing === null ? tool.name : t(`tool.${doing}`);
  const duration =
    tool.endedAt === null ? null : formatDuration(Date.parse(tool.endedAt) - Date.parse(tool.startedAt), i18n.language);
  return (
    <li className="border-line not-first:border-t">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="tap flex min-h-9 w-full items-center gap-2 px-3 py-1.5 text-left hover:bg-hover"
      >
        <StateIcon state={tool.state} />
        <span className="unseen">{stateLabel(t, tool.state)}</span>
        {tool.title === '' ? (
          <>
            <span className="flex-none text-soft">{name}</span>
            <code className="min-w-0 flex-1 truncate font-mono text-[12px] leading-5 text-faint">
              {livePreview(tool.inputText)}
            </code>
          </>
        ) : (
          <span className="min-w-0 flex-1 truncate">{visibleText(tool.title)}</span>
        )}
        {duration !== null && <span className="flex-none font-mono text-1 text-faint tabular-nums">{duration}</span>}
        <ChevronRight
          aria-hidden
          className={clsx('size-4 flex-none text-faint transition-transform', isOpen && 'rotate-90')}
        />
      </button>
      {isOpen && <ToolDetails tool={tool} />}
    </li>
  );
});

const doings = [
  'list_files',
  'read_file',
  'write_file',
  'edit_file',
  'multi_edit',
  'apply_patch',
  'web_fetch',
  'find_files',
  'search_files',
  'update_todos',
  'run_command',
  'git',
  'start_process',
  'read_process',
  'stop_process',
  'ask_user',
] as const;

function knownDoing(name: string) {
  return doings.find((doing) => doing === name) ?? null;
}

function stateLabel(t: TFunction, state: ToolState): string {
  return state === 'drafting' || state === 'planned' ? t('tool.running') : t(`tool.${state}`);
}

/** The end of the arguments while they stream: what is being written now. */
function livePreview(inputText: string): string {
  return inputText.slice(-160).replace(/\s+/g, ' ');
}

function StateIcon({ state }: { readonly state: ToolState }) {
  switch (state) {
    case 'waiting':
      return <Hand aria-hidden className="size-4 flex-none text-warn" />;
    case 'drafting':
    case 'planned':
    case 'running':
      return <Spinner className="size-4 flex-none text-accent" />;
    case 'succeeded':
      return <Check aria-hidden className="size-4 flex-none text-good" />;
    case 'failed':
      return <X aria-hidden className="size-4 flex-none text-bad" />;
    case 'cancelled':
      return <Ban aria-hidden className="size-4 flex-none text-faint" />;
    case 'unknown':
      return <CircleHelp aria-hidden className="size-4 flex-none text-warn" />;
  }
}
