import type { AnyTool } from '@atelier/agent/ports';
import type { Operation } from '@atelier/entities/operation';
import type { Rule } from '../approvals/index.ts';
import type { AgentsRepository } from './agents.repository.ts';

/** What an agent makes of a run. */
export interface RunAgent {
  readonly name: string;
  /** The system prompt, with its instructions. */
  system(prompt: string): string;
  /** Of the tools that there are, those it has. */
  toolsOf(tools: readonly AnyTool[]): readonly AnyTool[];
}

/** What stands in no prompt: who answers. Null: whoever answers in the session. */
export interface ModelChoice {
  readonly modelId: string | null;
  readonly chainId: string | null;
  /** As it is told where it cannot be used. */
  readonly name: string;
}

const standard: RunAgent = { name: 'Atelier', system: (prompt) => prompt, toolsOf: (tools) => tools };

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
      toolsOf: (tools) => (names === null ? tools : tools.filter((tool) => names.includes(tool.name))),
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
