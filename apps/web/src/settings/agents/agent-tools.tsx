import { type AgentScope, mostAgentTools } from '@atelier/contracts/agents';
import { CheckField } from '@atelier/ui/check-field';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useMay } from '../../auth/use-may.ts';
import { ServerTools, serverOfTool } from './server-tools.tsx';
import { ToolGroup } from './tool-group.tsx';

interface AgentToolsProps {
  readonly scope: AgentScope;
  /** By name; null: all there are. */
  readonly chosen: readonly string[] | null;
  readonly onChange: (chosen: string[] | null) => void;
}

/** The tools that an agent has: all, or these of those that are built in and of MCP servers. */
export function AgentTools({ scope, chosen, onChange }: AgentToolsProps) {
  const { t } = useTranslation('agents');
  const known = trpc.agents.tools.useQuery().data?.items ?? [];
  return (
    <fieldset className="mb-4">
      <legend className="mb-1 font-medium">{t('tools')}</legend>
      <CheckField
        label={t('allTools')}
        hint={t('allToolsHint')}
        checked={chosen === null}
        onChange={(isAll) =>
          onChange(isAll ? null : known.filter(({ effect }) => effect === 'read').map(({ name }) => name))
        }
      />
      {chosen !== null && (
        <div className="mt-3 divide-y divide-line rounded-2 border border-line bg-sunken px-3">
          <ChosenTools scope={scope} chosen={chosen} onChange={onChange} />
        </div>
      )}
      {chosen !== null && chosen.length > mostAgentTools && (
        <p role="alert" className="mt-2 text-2 text-bad">
          {t('tooManyTools')}
        </p>
      )}
    </fieldset>
  );
}

interface ChosenToolsProps extends AgentToolsProps {
  readonly chosen: readonly string[];
}

function ChosenTools({ scope, chosen, onChange }: ChosenToolsProps) {
  const { t } = useTranslation('agents');
  const mayUse = useMay('mcp_server.use');
  const { data: builtIn } = trpc.agents.tools.useQuery();
  // What somebody has agreed to meanwhile is there at once.
  const { data: ofServers } = trpc.mcp.listTools.useQuery(undefined, { enabled: mayUse, staleTime: 0 });
  const known = builtIn?.items ?? [];
  const servers = (ofServers?.items ?? []).filter(({ owner }) => scope === 'person' || owner === 'organisation');
  // What is not there now, for want of a sandbox perhaps, stays chosen.
  const others = chosen.filter(
    (name) =>
      !known.some((tool) => tool.name === name) && !servers.some((server) => server.name === serverOfTool(name)),
  );
  const [away, lost] = [
    others.filter((name) => serverOfTool(name) === null),
    others.filter((name) => serverOfTool(name) !== null),
  ];
  const toggle = (name: string, isOn: boolean) =>
    onChange(isOn ? [...chosen, name] : chosen.filter((other) => other !== name));
  return (
    <>
      <ToolGroup
        title={t('builtIn')}
        tools={[
          ...known.map(({ name, effect }) => ({ name, label: name, hint: t(`effect.${effect}`) })),
          ...away.map((name) => ({ name, label: name, hint: t('toolAway') })),
        ]}
        chosen={chosen}
        onToggle={toggle}
      />
      {servers.map((server) => (
        <ServerTools key={`${server.owner} ${server.name}`} server={server} chosen={chosen} onChange={onChange} />
      ))}
      {lost.length > 0 && ofServers !== undefined && (
        <ToolGroup
          title={t('otherTools')}
          text={t('otherToolsHint')}
          tools={lost.map((name) => ({ name, label: name }))}
          chosen={chosen}
          onToggle={toggle}
        />
      )}
    </>
  );
}
