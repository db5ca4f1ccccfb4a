import type { DeltaBody, EventBody } from '@atelier/contracts/events';
import type { ModelFeatures, ModelPrice, ProviderData } from '@atelier/contracts/models';
import type { FilePart, Question } from '@atelier/contracts/parts';
import type { RunError, Usage } from '@atelier/contracts/runs';
import type { TodoItem } from '@atelier/contracts/todos';
import type { z } from 'zod';
import type { Tracer } from './tracer.ts';

/** One turn of the conversation as a model takes it. */
export type PromptMessage =
  | { readonly role: 'user'; readonly text: string; readonly images?: readonly PromptImage[] }
  | { readonly role: 'assistant'; readonly content: readonly AssistantContent[] }
  | { readonly role: 'tool'; readonly results: readonly ToolResult[] };

/** A picture that goes with a person's words. */
export interface PromptImage {
  readonly name: string;
  /** `image/png`, `image/jpeg`, `image/webp` or `image/gif`. */
  readonly mediaType: string;
  /** Base64. */
  readonly data: string;
}

/** What people attached to their messages. */
export interface Attachments {
  /** Null when it is no picture that can be shown, is gone, or is too large to be shown to any model. */
  picture(file: FilePart): Promise<PromptImage | null>;
}

export type AssistantContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string; readonly providerData?: ProviderData }
  | {
      readonly type: 'tool_call';
      readonly callId: string;
      readonly name: string;
      readonly input: unknown;
      readonly providerData?: ProviderData;
    };

export interface ToolResult {
  readonly callId: string;
  readonly name: string;
  readonly output: string;
  readonly isError: boolean;
}

export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly PromptMessage[];
  readonly tools: readonly AnyTool[];
  readonly signal: AbortSignal;
}

/**
 * What a model streams. `tool_call` carries the whole arguments and follows its `tool_input` pieces. `providerData`
 * ends a thought, and comes back to the model with the call that the thought led to.
 */
export type ModelPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string; readonly providerData?: ProviderData }
  | { readonly type: 'tool_input'; readonly callId: string; readonly name: string; readonly text: string }
  | {
      readonly type: 'tool_call';
      readonly callId: string;
      readonly name: string;
      readonly inputText: string;
      readonly providerData?: ProviderData;
    }
  | { readonly type: 'finish'; readonly usage: Usage };

/** A language model, or what stands for one. A failure is thrown as `ModelError`, before or in the middle of the stream. */
export interface Model {
  /** As its provider names it. */
  readonly id: string;
  /** For people: "Offline model", "GPT-5 · OpenAI". */
  readonly label: string;
  readonly isOffline: boolean;
  readonly provider: ModelProvider;
  readonly features: ModelFeatures;
  /** Tokens of input and output together; null: unknown. */
  readonly contextWindow: number | null;
  /** Null: nobody has said what it costs. */
  readonly price: ModelPrice | null;
  stream(request: ModelRequest): AsyncIterable<ModelPart>;
}

/** Who serves a model. Failures are counted and told by it. */
export interface ModelProvider {
  readonly id: string;
  /** For people: "Together". Never a host or a key. */
  readonly name: string;
}

export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** What the user is told. */
  readonly error: RunError;
  /** What the provider asked for (Retry-After), in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(error: RunError, opts: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {}) {
    super(error.message, { cause: opts.cause });
    this.error = error;
    this.retryAfterMs = opts.retryAfterMs;
  }
}

export interface ToolContext {
  readonly signal: AbortSignal;
  /** Streams a piece of output to the viewers while the tool works. */
  readonly emit: (text: string) => void;
  /** Where a tool tells of the parts of its work. */
  readonly trace?: Tracer;
  /** For a tool that asks models itself. */
  readonly spending?: Spending;
}

/** What a run has used, in all. */
export interface Spending {
  total(): Usage;
  add(usage: Usage): void;
}

export interface ToolOutcome {
  /** What the model and the user read. */
  readonly output: string;
  readonly isError?: boolean;
}

/** What the agent may not do by itself: `judge` says before each call whether it may be made. */
export interface Approvals {
  judge(call: CallInQuestion): Promise<Verdict>;
  /** When a call that is asked for now is given up, should nobody decide. */
  expiryOf(now: Date): Date;
}

export interface CallInQuestion {
  readonly name: string;
  /** The arguments as they were checked. */
  readonly input: unknown;
  readonly effect: ToolEffect;
}

export type Verdict =
  | { readonly kind: 'allow' }
  /** Both in words for the person, or the model. */
  | { readonly kind: 'ask'; readonly reason: string }
  | { readonly kind: 'deny'; readonly reason: string };

/**
 * What a call can do at worst: `read` and `write` files of the workspace, `execute` a command in the sandbox, reach the
 * `network`, or only `ask` and note things down.
 */
export type ToolEffect = 'read' | 'write' | 'execute' | 'network' | 'ask';

/** What is known of providers: one that fails all the time is left alone for a while. */
export interface ModelHealth {
  allows(model: Model): boolean;
  succeeded(model: Model): void;
  failed(model: Model, error: RunError): void;
}

/** What a run may still spend. Asked before each model call. */
export interface Budget {
  /** `spent`: what this run has used so far. */
  check(spent: Usage): Promise<BudgetState>;
}

export type BudgetState =
  | { readonly kind: 'fine' }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'spent'; readonly error: RunError };

/** Something the agent can do. Arguments are checked by `input` before `execute` sees them. */
export interface Tool<TInput> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<TInput>;
  readonly effect: ToolEffect;
  /** What this call is for, in a few words: "Read notes.md". */
  title(input: TInput): string;
  /** What a person is asked; their answer is the result, and `execute` is never called. */
  question?(input: TInput): Question;
  execute(input: TInput, context: ToolContext): Promise<ToolOutcome>;
}

/** A tool whose argument type is its own affair: `prepare` checks the arguments and binds them. */
export interface AnyTool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  /** What models are told of the arguments, as JSON Schema; made of `input` when left out. */
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  readonly effect: ToolEffect;
  /** @throws z.ZodError when the arguments do not fit. */
  prepare(input: unknown): PreparedCall;
}

export interface PreparedCall {
  readonly title: string;
  /** As they were checked. */
  readonly input: unknown;
  readonly question: Question | null;
  execute(context: ToolContext): Promise<ToolOutcome>;
}

/**
 * Where the loop writes what happens, in order. Deltas are group-committed; `commit` resolves when everything
 * before it and the bodies themselves are durable. It is awaited before any tool has an effect.
 * Both reject with `LeaseLostError` once another worker owns the run.
 */
export interface RunJournal {
  /** A returned promise asks the loop to wait: the store is behind. */
  delta(body: DeltaBody): Promise<void> | undefined;
  commit(bodies: readonly EventBody[]): Promise<void>;
}

/** What people say while the answer is being written, and want read before it ends. */
export interface Steering {
  /** Whether there is anything to take now. */
  isWaiting(): Promise<boolean>;
  /**
   * Takes all of it, in order, for the model call of this step. Durable when it resolves: what was taken stands in the
   * answer, and nobody takes it again. Resolves with what the log says of it.
   */
  take(step: number): Promise<readonly EventBody[]>;
}

export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

export interface WorkspaceEntry {
  readonly path: string;
  readonly name: string;
  readonly kind: 'file' | 'directory';
  readonly size: number;
}

/** The session's own files. Paths are relative with '/'; none leads outside. Failures are `WorkspaceError`. */
export interface Workspace {
  list(path: string): Promise<readonly WorkspaceEntry[]>;
  /** Every file beneath, depth first, names sorted; links are not followed. */
  walk(): AsyncIterable<WorkspaceEntry>;
  readText(path: string): Promise<string>;
  writeText(path: string, text: string): Promise<'created' | 'modified'>;
  /** Removes a file, never a directory. */
  remove(path: string): Promise<void>;
}

/** A refusal by the workspace, in words the model and the user may read. */
export class WorkspaceError extends Error {
  override readonly name = 'WorkspaceError';
}

/** Commands in the session's own sandbox. Failures to start one are `WorkspaceError`. */
export interface Shell {
  /** Resolves when nothing of the command is left. Ends it when the signal is aborted. */
  run(command: ShellCommand, opts: ShellOptions): Promise<ShellEnd>;
  /** Starts a command that goes on beside the agent. */
  start(command: ShellCommand, opts?: Pick<ShellOptions, 'trace'>): Promise<BackgroundProcess>;
  /** Those that were started in this session and not forgotten, the oldest first. */
  processes(): readonly BackgroundProcess[];
  /** Keeps a long output as a file of the workspace. Returns its path. */
  keepOutput(text: string): Promise<string>;
}

export interface ShellCommand {
  /** A program and its arguments. No shell reads them. */
  readonly argv: readonly string[];
  /** Where, relative to the workspace. */
  readonly directory: string;
}

export interface ShellOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
  readonly trace?: Tracer | undefined;
  /** That it changes no files: nobody is told to look for changes. */
  readonly isReadOnly?: boolean;
}

export interface ShellEnd {
  /** Null when it was stopped. */
  readonly exitCode: number | null;
  /** Which limit ended it, in a sentence; null: none did. */
  readonly message: string | null;
  readonly durationMs: number;
}

export interface BackgroundProcess {
  readonly id: string;
  readonly title: string;
  /** Null while it runs. */
  readonly end: ShellEnd | null;
  /** What it wrote since this was last asked. */
  takeOutput(): string;
  stop(): Promise<void>;
}

/** The web, as far as the installation lets agents see it. What cannot be read is a `WorkspaceError`. */
export interface WebPages {
  fetch(url: string, signal: AbortSignal): Promise<WebAnswer>;
}

export type WebAnswer =
  | {
      readonly kind: 'page';
      /** Where it was found in the end. */
      readonly url: string;
      readonly status: number;
      /** In small letters, without parameters; empty when nobody says. */
      readonly mediaType: string;
      readonly text: string;
    }
  /** It is at another host, for which nobody gave leave. */
  | { readonly kind: 'elsewhere'; readonly url: string };

export interface TodoStore {
  save(items: readonly TodoItem[]): Promise<void>;
}
