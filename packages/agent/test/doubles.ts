import type { DeltaBody, EventBody } from '@atelier/contracts/events';
import type { Clock } from '@atelier/kernel/clock';
import * as z from 'zod';
import { defaultLimits } from '../src/agent-limits.ts';
import { defineTool } from '../src/define-tool.ts';
import type {
  AnyTool,
  Approvals,
  Model,
  ModelHealth,
  ModelPart,
  ModelRequest,
  RunJournal,
  ToolContext,
  ToolOutcome,
} from '../src/ports.ts';
import type { RunAgentInput, StepContext } from '../src/run-agent.ts';
import { noTracing, type Span, type SpanAttributes, type SpanKind, type Tracer } from '../src/tracer.ts';
import { anAnswer, aRun, asks, aTime } from './samples.ts';

/** A clock on which only sleeping takes time, and none of ours. */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];
  #now = Date.parse(aTime);

  now(): Date {
    return new Date(this.#now);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(ms);
    this.#now += ms;
  }
}

/** What a scripted model does next: sends a part, fails, or lets the test do something in between. */
export type Line = ModelPart | Error | ((request: ModelRequest) => void | Promise<void>);

export interface ScriptedModel extends Model {
  readonly requests: readonly ModelRequest[];
}

/** Plays one script a call. A call more than there are scripts is an error of the test. */
export function scriptedModel(...scripts: readonly (readonly Line[])[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  async function* stream(request: ModelRequest): AsyncGenerator<ModelPart, void> {
    const script = scripts[requests.length];
    requests.push(request);
    if (!script) throw new Error('The model was asked more often than the test foresaw.');
    for (const line of script) {
      if (line instanceof Error) throw line;
      if (typeof line === 'function') await line(request);
      else yield line;
    }
  }
  return {
    id: 'scripted',
    label: 'Scripted model',
    isOffline: false,
    provider: { id: 'scripted', name: 'Scripted' },
    features: { tools: true, images: true, reasoning: true },
    contextWindow: null,
    price: null,
    requests,
    stream,
  };
}

export const text = (words: string): ModelPart => ({ type: 'text', text: words });
export const thought = (words: string): ModelPart => ({ type: 'reasoning', text: words });
export const finish = (inputTokens = 10, outputTokens = 5): ModelPart => ({
  type: 'finish',
  usage: { inputTokens, outputTokens },
});
export function calls(name: string, input: unknown, callId = 'a'): ModelPart {
  const inputText = typeof input === 'string' ? input : JSON.stringify(input);
  return { type: 'tool_call', callId, name, inputText };
}

/** Keeps what was written, in order. `before` runs before an entry is taken, and may refuse it. */
export class RecordingJournal implements RunJournal {
  readonly bodies: EventBody[] = [];
  readonly #before: (body: EventBody) => Promise<void> | undefined;

  constructor(before: (body: EventBody) => Promise<void> | undefined = () => undefined) {
    this.#before = before;
  }

  delta(body: DeltaBody): Promise<void> | undefined {
    this.bodies.push(body);
    return this.#before(body);
  }

  async commit(bodies: readonly EventBody[]): Promise<void> {
    for (const body of bodies) {
      await this.#before(body);
      this.bodies.push(body);
    }
  }

  /** The bodies of one type. */
  of<T extends EventBody['type']>(type: T): Extract<EventBody, { type: T }>[] {
    return this.bodies.filter((body): body is Extract<EventBody, { type: T }> => body.type === type);
  }

  get types(): readonly string[] {
    return this.bodies.map(({ type }) => type);
  }

  get text(): string {
    return this.of('text.delta')
      .map((body) => body.text)
      .join('');
  }
}

/** A tool that takes `{ word }` and answers with it, or does what the test says. */
export function echo(
  execute: (word: string, context: ToolContext) => Promise<ToolOutcome> = async (word) => ({ output: word }),
): AnyTool {
  return defineTool({
    name: 'echo',
    effect: 'read',
    description: 'Says a word.',
    input: z.strictObject({ word: z.string().default('nothing') }),
    title: ({ word }) => `Say ${word}`,
    execute: ({ word }, context) => execute(word, context),
  });
}

export const everyoneHealthy: ModelHealth = {
  allows: () => true,
  succeeded: () => undefined,
  failed: () => undefined,
};

export const allowAll: Approvals = {
  judge: async () => ({ kind: 'allow' }),
  expiryOf: (now) => new Date(now.getTime() + 3_600_000),
};

export function runInput(over: Partial<RunAgentInput> = {}): RunAgentInput {
  return {
    runId: aRun,
    messageId: anAnswer,
    models: [scriptedModel()],
    health: everyoneHealthy,
    budget: { check: async () => ({ kind: 'fine' }) },
    approvals: allowAll,
    tools: [],
    journal: new RecordingJournal(),
    clock: new FakeClock(),
    signal: new AbortController().signal,
    system: 'Be brief.',
    conversation: [asks('Do it.')],
    attachments: { picture: async () => null },
    parts: [],
    firstStep: 0,
    usage: { inputTokens: 0, outputTokens: 0 },
    ...over,
  };
}

export function stepContext(over: Partial<StepContext> = {}): StepContext & { readonly journal: RunJournal } {
  const input = runInput(over);
  return {
    ...input,
    step: 0,
    caps: defaultLimits,
    trace: noTracing,
    pictures: new Map(),
    spending: { total: () => input.usage, add: () => undefined },
    commit: (bodies) => input.journal.commit(bodies),
    ...over,
  };
}

interface ToldSpan {
  readonly kind: SpanKind;
  readonly name: string;
  readonly parent: SpanKind | null;
  attributes: SpanAttributes;
  startedAt: Date | null;
  end: 'open' | 'ok' | string;
}

/** Keeps every span that was started, in order. `content` is kept only when it is asked for. */
export class RecordingTracer implements Tracer {
  readonly spans: ToldSpan[] = [];
  readonly #keepsContent: boolean;

  constructor({ keepsContent = false } = {}) {
    this.#keepsContent = keepsContent;
  }

  start(...[kind, name, start]: Parameters<Tracer['start']>): Span {
    return this.#open(null, kind, name, start);
  }

  of(kind: SpanKind): readonly ToldSpan[] {
    return this.spans.filter((span) => span.kind === kind);
  }

  #open(parent: SpanKind | null, ...[kind, name, start]: Parameters<Tracer['start']>): Span {
    const { attributes = {}, startedAt = null } = start ?? {};
    const span: ToldSpan = { kind, name, parent, attributes, startedAt, end: 'open' };
    this.spans.push(span);
    const set = (more: SpanAttributes) => {
      span.attributes = { ...span.attributes, ...more };
    };
    return {
      start: (...child) => this.#open(kind, ...child),
      set,
      content: (read) => {
        if (this.#keepsContent) set(read());
      },
      end: ({ attributes: last = {}, errorType } = {}) => {
        if (span.end !== 'open') throw new Error('A span ended twice.');
        set(last);
        span.end = errorType ?? 'ok';
      },
    };
  }
}
