import { allToolsOf, type McpToolList, type McpToolState } from '@atelier/contracts/mcp';
import { Button } from '@atelier/ui/button';
import { CheckField } from '@atelier/ui/check-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ToolGroup } from './tool-group.tsx';

interface ServerToolsProps {
  readonly server: McpToolList['items'][number];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

const why = {
  approved: null,
  new: 'toolNew',
  changed: 'toolChanged',
  gone: 'toolGone',
} as const satisfies Record<McpToolState, string | null>;

/** More than these are shown when they are asked for: twenty servers may have two hundred each. */
const shownAtOnce = 20;

/** The tools of one server: all that are agreed to at any time, or these. */
export function ServerTools({ server, chosen, onChange }: ServerToolsProps) {
  const { t } = useTranslation('agents');
  const { name, isEnabled, tools } = server;
  const [isOpen, setOpen] = useState(
    () => tools.length <= shownAtOnce || tools.some(({ callName }) => chosen.includes(callName)),
  );
  const all = allToolsOf(name);
  const hasAll = chosen.includes(all);
  const ofOthers = chosen.filter((tool) => serverOfTool(tool) !== name);
  // One that its server has forgotten stays chosen, until it is taken off.
  const forgotten = chosen.filter(
    (tool) => tool !== all && serverOfTool(tool) === name && !tools.some(({ callName }) => callName === tool),
  );
  const listed = [
    ...tools
      .filter(({ state, callName }) => state !== 'gone' || chosen.includes(callName))
      .map(({ name: label, callName, state, description }) => ({
        name: callName,
        label,
        hint: why[state] === null ? shortened(description) : t(why[state]),
      })),
    ...forgotten.map((tool) => ({ name: tool, label: tool, hint: t('toolGone') })),
  ];
  return (
    <ToolGroup
      title={t('serverTools', { name })}
      text={isEnabled ? (tools.length === 0 ? t('serverEmpty') : undefined) : t('serverOff')}
      tools={hasAll || !isOpen ? [] : listed}
      chosen={chosen}
      onToggle={(tool, isOn) => onChange(isOn ? [...chosen, tool] : chosen.filter((other) => other !== tool))}
    >
      <CheckField
        label={t('serverAll', { name })}
        hint={t('serverAllHint')}
        className="mb-2"
        checked={hasAll}
        onChange={(isAll) => onChange(isAll ? [...ofOthers, all] : ofOthers)}
      />
      {!hasAll && !isOpen && <Button onClick={() => setOpen(true)}>{t('serverShow', { count: listed.length })}</Button>}
    </ToolGroup>
  );
}

/** Whose tool it is, by what it is called; null: of no server. Names of servers hold no underscore. */
export function serverOfTool(tool: string): string | null {
  return tool.startsWith('mcp__') ? (tool.split('__')[1] ?? null) : null;
}

/** Enough to tell one from another. */
function shortened(description: string): string {
  const [first = ''] = description.split('\n');
  return first.length > 90 ? `${first.slice(0, 89).trimEnd()}…` : first;
}
