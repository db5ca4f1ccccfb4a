import type { ToolPart } from '@atelier/contracts/parts';
import { modelAttributes } from './model-span.ts';
import type { RunAgentInput, RunOutcome } from './run-agent.ts';
import type { Span, Tracer } from './tracer.ts';

/** One execution of a run, from its taking to its end, its laying down, or its handing over. */
export function startTurn(tracer: Tracer, { runId, models, firstStep }: RunAgentInput): Span {
  return tracer.start('agent_turn', 'invoke_agent', {
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'Atelier',
      ...modelAttributes(models[0]),
      'atelier.run.id': runId,
      'atelier.step': firstStep,
    },
  });
}

/** What it took stands at the calls of models: the outcome's usage holds that of earlier executions, too. */
export function endTurn(turn: Span, { state, error }: RunOutcome): void {
  turn.end({ attributes: { 'atelier.run.state': state }, errorType: error?.code });
}

/** A call that is being made. */
export function startCall(within: Tracer, { name, callId, step }: ToolPart, startedAt?: Date): Span {
  return within.start('tool_call', `execute_tool ${name}`, {
    ...(startedAt && { startedAt }),
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': callId,
      'atelier.step': step,
    },
  });
}

/** What an earlier worker was at when it was lost: it could not tell of it any more. Its outcome is not known. */
export function tellLostCalls(turn: Span, { lostCalls = [] }: RunAgentInput): void {
  for (const call of lostCalls) startCall(turn, call, new Date(call.startedAt)).end({ errorType: 'worker_lost' });
}

/** What a person was waited for since the run was laid down: the calls of its last step that somebody decided. */
export function tellWaits(turn: Span, { parts, hasWaited }: RunAgentInput): void {
  if (!hasWaited) return;
  const calls = parts.filter((part): part is ToolPart => part.type === 'tool');
  const last = calls.at(-1)?.step;
  for (const { step, callId, name, startedAt, request, decision } of calls) {
    if (step !== last || !decision) continue;
    const wait = turn.start('approval_wait', `wait for a person: ${name}`, {
      startedAt: new Date(startedAt),
      attributes: {
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.id': callId,
        'atelier.step': step,
        'atelier.request.kind': request?.kind,
        'atelier.decision': decision.kind,
      },
    });
    wait.end({ endedAt: new Date(decision.at) });
  }
}
