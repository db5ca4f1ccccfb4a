import { meansTool } from '@atelier/contracts/agents';
import type { Operation } from '@atelier/entities/operation';
import type { Rule } from '../approvals/index.ts';
import type { AgentsRepository } from './agents.repository.ts';

/** What an agent makes of a run. */
export interface RunAgent {
  readonly name: string;
  /** The system prompt, with its instructions. */
  system(prompt: string): string;
  hasTool(name: string): boolean;
  /** Says which tools of MCP servers it should have that are not among those there are; null: all are. */
  missing(tools: readonly { readonly name: string }[]): string | null;
}

/** What stands in no prompt: who answers. Null: whoever answers in the session. */
export interface ModelChoice {
  readonly modelId: string | null;
  readonly chainId: string | null;
  /** As it is told where it cannot be used. */
  readonly name: string;
}

/** So many are named where they are missing. */
const mostNamed = 5;

const standard: RunAgent = {
  name: 'Atelier',
  system: (prompt) => prompt,
  hasTool: () => true,
  missing: () => null,
};

/** The agent that a run follows, as it was when the run was queued. */
export class RunAgents {
  readonly #agents: Pick<AgentsRepository, 'ofRun'>;

  constructor(agents: Pick<AgentsRepository, 'ofRun'>) {
    this.#agents = agents;
  }

  async of(op: Operation, runId: string): Promise<RunAgent> {
    const agent = await this.#agents.ofRun(op, runId);
    if (!agent) return standard;
    const { name, instructions, tools: names } = agent;
    return {
      name,
      system: (prompt) => (instructions === '' ? prompt : `${prompt}\n\nYou are "${name}".\n${instructions}`),
      hasTool: (tool) => names === null || names.some((listed) => meansTool(listed, tool)),
      missing: (tools) => missingWords(name, names ?? [], tools),
    };
  }

  async modelOf(op: Operation, runId: string): Promise<ModelChoice | null> {
    const agent = await this.#agents.ofRun(op, runId);
    if (!agent?.model) return null;
    const { model } = agent;
    const name = `The model of "${agent.name}"`;
    return model.kind === 'model'
      ? { modelId: model.modelId, chainId: null, name }
      : { modelId: null, chainId: model.chainId, name };
  }

  /**
   * Its rules. What an agent of the organisation allows, the organisation allows: a person who wants to be asked is. Their
   * own agent allows what they want it to.
   */
  async rulesOf(op: Operation, runId: string): Promise<readonly Rule[]> {
    const agent = await this.#agents.ofRun(op, runId);
    if (!agent) return [];
    return agent.rules.map((rule) => ({
      ...rule,
      scope: agent.userId === null && rule.action === 'allow' ? 'organisation' : 'agent',
    }));
  }
}

/** What the installation itself does without, a sandbox perhaps, every session does without: nothing is said of that. */
function missingWords(
  agent: string,
  listed: readonly string[],
  tools: readonly { readonly name: string }[],
): string | null {
  const gone = listed.filter((one) => one.startsWith('mcp__') && !tools.some(({ name }) => meansTool(one, name)));
  if (gone.length === 0) return null;
  const more = gone.length > mostNamed ? ` and ${gone.length - mostNamed} more` : '';
  return `"${agent}" goes without tools that it should have, for nobody agrees to them now, or their server is off or gone: ${gone.slice(0, mostNamed).join(', ')}${more}.`;
}
