import type { EventBody, SessionEvent } from './events.ts';
import type { Part, ToolPart } from './parts.ts';

/** The entries that write into the parts of one message and nothing else. */
const partTypes = [
  'text.delta',
  'reasoning.delta',
  'tool.input_delta',
  'tool.planned',
  'tool.requested',
  'tool.decided',
  'tool.called',
  'tool.output_delta',
  'tool.finished',
  'run.retrying',
  'run.fell_back',
  'run.noticed',
  'context.summarised',
  'run.steered',
] as const;
type PartType = (typeof partTypes)[number];
type PartEvent = Extract<EventBody, { type: PartType }>;
type FoldableEvent = PartEvent | Extract<EventBody, { type: 'run.resumed' | 'run.finished' }>;

export function isPartEvent(event: SessionEvent): event is PartEvent & SessionEvent {
  const types: readonly string[] = partTypes;
  return types.includes(event.type);
}

/**
 * The parts of an answer after one more entry. The server uses it to fold deltas away when a run ends, the client
 * to show them: so both see the same. `at` is the entry's time.
 */
export function foldParts(parts: readonly Part[], event: FoldableEvent, at: string): Part[] {
  switch (event.type) {
    case 'text.delta': {
      const open = endReasoning(parts, at);
      const last = open.at(-1);
      return last?.type === 'text' && last.step === event.step
        ? open.with(-1, { ...last, text: last.text + event.text })
        : [...open, { type: 'text', step: event.step, text: event.text }];
    }
    case 'reasoning.delta': {
      const last = parts.at(-1);
      const { step, text } = event;
      return last?.type === 'reasoning' && last.step === step && last.providerData === undefined
        ? parts.with(-1, { ...last, text: last.text + text, ...dataOf(event) })
        : [
            ...endReasoning(parts, at),
            { type: 'reasoning', step, text, startedAt: at, endedAt: null, ...dataOf(event) },
          ];
    }
    case 'tool.input_delta': {
      const open = endReasoning(parts, at);
      return (
        changeTool(open, event.callId, (tool) => ({ ...tool, inputText: tool.inputText + event.text })) ?? [
          ...open,
          newTool({ ...event, title: '', inputText: event.text, state: 'drafting' }, at),
        ]
      );
    }
    case 'tool.planned':
      return callInState(parts, event, 'planned', at);
    case 'tool.called':
      return callInState(parts, event, 'running', at);
    case 'tool.requested': {
      const { request } = event;
      return changeTool(parts, event.callId, (tool) => ({ ...tool, state: 'waiting', request })) ?? [...parts];
    }
    case 'tool.decided':
      return changeTool(parts, event.callId, (tool) => decided(tool, event, at)) ?? [...parts];
    case 'tool.output_delta':
      return changeTool(parts, event.callId, (tool) => ({ ...tool, output: tool.output + event.text })) ?? [...parts];
    case 'tool.finished': {
      const { state, output } = event;
      return changeTool(parts, event.callId, (tool) => ({ ...tool, state, output, endedAt: at })) ?? [...parts];
    }
    case 'run.retrying':
      return [...parts, { type: 'notice', step: event.step, kind: 'retrying', text: event.error.message }];
    case 'run.fell_back': {
      const text = `${event.error.message} Continued with ${event.next.label}.`;
      return [...parts, { type: 'notice', step: event.step, kind: 'fell_back', text }];
    }
    case 'run.noticed':
      return [...parts, { type: 'notice', step: event.step, kind: event.kind, text: event.text }];
    case 'context.summarised': {
      const { step, text, upTo } = event;
      return [...endReasoning(parts, at), { type: 'summary', step, text, upTo }];
    }
    case 'run.steered':
      return [...endReasoning(parts, at), { type: 'steer', step: event.step, ...event.steer }];
    case 'run.resumed':
      // Nothing was broken off: whoever reads saw it wait.
      if (event.reason === 'decided') return settle(parts, at, 'unknown');
      return [
        ...settle(parts, at, 'unknown'),
        event.reason === 'continued'
          ? { type: 'notice', step: event.step, kind: 'continued', text: 'Continued.' }
          : {
              type: 'notice',
              step: event.step,
              kind: 'resumed',
              text: 'The connection to the agent broke; it went on from here.',
            },
      ];
    case 'run.finished':
      return cancelUndone(settle(parts, at, event.state === 'interrupted' ? 'unknown' : 'cancelled'), at);
  }
}

/**
 * Nothing streams any more: thoughts end, drafted calls are dropped, and a call that started and has no result gets its
 * last state. One that was only planned, or waits, is still to be done.
 */
function settle(parts: readonly Part[], at: string, running: 'unknown' | 'cancelled'): Part[] {
  return parts
    .filter((part) => !(part.type === 'tool' && part.state === 'drafting'))
    .map((part) => {
      if (part.type === 'reasoning' && part.endedAt === null) return { ...part, endedAt: at };
      if (part.type === 'tool' && part.state === 'running') return { ...part, state: running, endedAt: at };
      return part;
    });
}

/** Of a run that is over nothing is done any more. */
function cancelUndone(parts: readonly Part[], at: string): Part[] {
  return parts.map((part) =>
    part.type === 'tool' && (part.state === 'planned' || part.state === 'waiting')
      ? { ...part, state: 'cancelled', endedAt: at }
      : part,
  );
}

/** A call with its whole arguments: the one that was drafted, or one that was never streamed. */
function callInState(
  parts: readonly Part[],
  event: Extract<EventBody, { type: 'tool.planned' | 'tool.called' }>,
  state: 'planned' | 'running',
  at: string,
): Part[] {
  const open = endReasoning(parts, at);
  const called = { title: event.title, inputText: event.inputText, state, ...dataOf(event) };
  return (
    changeTool(open, event.callId, (tool) => ({ ...tool, ...called, startedAt: at })) ?? [
      ...open,
      newTool({ ...event, ...called }, at),
    ]
  );
}

/** Leave makes a call one to be done; an answer is its result; anything else ends it undone. */
function decided(tool: ToolPart, event: Extract<EventBody, { type: 'tool.decided' }>, at: string): ToolPart {
  const { decision, inputText } = event;
  const known = { ...tool, decision, inputText: inputText ?? tool.inputText };
  switch (decision.kind) {
    case 'approved':
      return { ...known, state: 'planned' };
    case 'answered':
      return { ...known, state: 'succeeded', output: decision.text, endedAt: at };
    case 'denied':
    case 'expired':
      return { ...known, state: 'failed', output: decision.text, endedAt: at };
  }
}

function endReasoning(parts: readonly Part[], at: string): Part[] {
  const last = parts.at(-1);
  return last?.type === 'reasoning' && last.endedAt === null ? parts.with(-1, { ...last, endedAt: at }) : [...parts];
}

function changeTool(parts: readonly Part[], callId: string, change: (tool: ToolPart) => ToolPart): Part[] | undefined {
  const index = parts.findLastIndex((part) => part.type === 'tool' && part.callId === callId);
  const tool = parts[index];
  return tool?.type === 'tool' ? parts.with(index, change(tool)) : undefined;
}

function newTool(
  call: Pick<ToolPart, 'step' | 'callId' | 'name' | 'title' | 'inputText' | 'state' | 'providerData'>,
  at: string,
): ToolPart {
  const { step, callId, name, title, inputText, state } = call;
  const made = { type: 'tool', step, callId, name, title, inputText, state, ...dataOf(call) } as const;
  return { ...made, output: '', startedAt: at, endedAt: null };
}

/** Absent stays absent: a part of every other provider is stored as it always was. */
function dataOf({ providerData }: Pick<ToolPart, 'providerData'>): Pick<ToolPart, 'providerData'> {
  return providerData === undefined ? {} : { providerData };
}
