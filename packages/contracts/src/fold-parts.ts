import type { EventBody, SessionEvent } from './events.ts';
import type { Part, ToolPart } from './parts.ts';

/** The entries that write into the parts of one message and nothing else. */
const partTypes = [
  'text.delta',
  'reasoning.delta',
  'tool.input_delta',
  'tool.called',
  'tool.output_delta',
  'tool.finished',
  'run.retrying',
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
    case 'tool.called': {
      const open = endReasoning(parts, at);
      const called = { title: event.title, inputText: event.inputText, state: 'running', ...dataOf(event) } as const;
      return (
        changeTool(open, event.callId, (tool) => ({ ...tool, ...called, startedAt: at })) ?? [
          ...open,
          newTool({ ...event, ...called }, at),
        ]
      );
    }
    case 'tool.output_delta':
      return changeTool(parts, event.callId, (tool) => ({ ...tool, output: tool.output + event.text })) ?? [...parts];
    case 'tool.finished': {
      const { state, output } = event;
      return changeTool(parts, event.callId, (tool) => ({ ...tool, state, output, endedAt: at })) ?? [...parts];
    }
    case 'run.retrying':
      return [...parts, { type: 'notice', step: event.step, kind: 'retrying', text: event.error.message }];
    case 'run.resumed':
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
      return settle(parts, at, event.state === 'interrupted' ? 'unknown' : 'cancelled');
  }
}

/** Nothing streams any more: thoughts end, drafted calls are dropped, and a call without a result gets its last state. */
function settle(parts: readonly Part[], at: string, running: 'unknown' | 'cancelled'): Part[] {
  return parts
    .filter((part) => !(part.type === 'tool' && part.state === 'drafting'))
    .map((part) => {
      if (part.type === 'reasoning' && part.endedAt === null) return { ...part, endedAt: at };
      if (part.type === 'tool' && part.state === 'running') return { ...part, state: running, endedAt: at };
      return part;
    });
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
