import { broughtBy } from '@atelier/contracts/fold';
import type { MessageDto } from '@atelier/contracts/messages';
import type { FilePart, Part, ToolPart } from '@atelier/contracts/parts';
import type { PipelineRunDto } from '@atelier/contracts/pipeline-runs';
import type { RunDto } from '@atelier/contracts/runs';
import type { Transcript } from '@atelier/contracts/transcript';
import { textOf } from './shown.ts';

/** A message that waits for its turn while another answer is being written. */
export interface QueuedMessage {
  readonly run: RunDto;
  readonly text: string;
  readonly files: readonly FilePart[];
  /** The answer that is being written reads it before its next step. */
  readonly isSteering: boolean;
  /** Whether an answer that is being written could read it. */
  readonly maySteer: boolean;
}

export interface Thread {
  /** Messages to show, oldest first. */
  readonly messages: readonly MessageDto[];
  readonly queued: readonly QueuedMessage[];
  /** Messages by which the program had a stage's result checked: nobody wrote them. */
  readonly checks: ReadonlySet<string>;
  /** The pipeline that the last answer belongs to, as long as it is not done: what becomes of the answer is its affair. */
  readonly pipeline: PipelineRunDto | null;
  /** Questions and answers of runs of this session. A fork has others, of which nobody knows how its files were then. */
  readonly ofRuns: ReadonlySet<string>;
  /** The run that writes now, or is about to. */
  readonly activeRun: RunDto | null;
}

/** What of a transcript stands in the thread, and what waits as chips above the composer. */
export function threadOf(transcript: Transcript, older: readonly MessageDto[]): Thread {
  const { messages, queue, pipeline } = transcript;
  const running = messages.findLast(({ run }) => run?.state === 'running' || run?.state === 'waiting')?.run ?? null;
  const all = [...older, ...messages];
  // Between two runs the next one is about to start: it stands in the thread already, those behind it still wait.
  const waiting = running ? queue : queue.slice(1);
  const hidden = new Set(waiting.flatMap((run) => [run.userMessageId, run.agentMessageId]));
  const activeRun = running ?? queue[0] ?? null;
  const attempts = pipeline?.attempts ?? [];
  const isChecked = attempts.some(({ checkRunId }) => checkRunId === activeRun?.id);
  const shown = all.filter(({ id }) => !hidden.has(id));
  return {
    messages: shown,
    queued: waiting.map((run) => ({
      run,
      ...writtenIn(messages.find(({ id }) => id === run.userMessageId)),
      isSteering: run.steers !== undefined && run.steers === activeRun?.id,
      maySteer: !isChecked && !attempts.some(({ runId, checkRunId }) => runId === run.id || checkRunId === run.id),
    })),
    checks: checksOf(transcript, all),
    pipeline: ownerOf(transcript, shown.findLast(({ role }) => role === 'agent')?.run?.id),
    ofRuns: new Set(all.flatMap(({ run }) => (run ? [run.userMessageId, run.agentMessageId] : []))),
    activeRun,
  };
}

function writtenIn(message: MessageDto | undefined): Pick<QueuedMessage, 'text' | 'files'> {
  return {
    text: message ? textOf(message) : '',
    files: (message?.parts ?? []).flatMap((part) => (part.type === 'file' ? [part] : [])),
  };
}

/** What a run brought that is taken from the queue; null for one that was to answer again, or go on. */
export function questionOf({ messages }: Transcript, run: RunDto): Pick<QueuedMessage, 'text' | 'files'> | null {
  const question = broughtBy(messages, run).find(({ role }) => role === 'user');
  return question ? writtenIn(question) : null;
}

function checksOf({ pipeline }: Transcript, messages: readonly MessageDto[]): ReadonlySet<string> {
  const runs = new Set(pipeline?.attempts.map(({ checkRunId }) => checkRunId));
  return new Set(messages.flatMap(({ run }) => (run && runs.has(run.id) ? [run.userMessageId] : [])));
}

function ownerOf({ pipeline }: Transcript, runId: RunDto['id'] | undefined): PipelineRunDto | null {
  if (!pipeline || !runId || pipeline.state === 'succeeded') return null;
  return pipeline.attempts.some((attempt) => attempt.runId === runId || attempt.checkRunId === runId) ? pipeline : null;
}

export type Block =
  | { readonly type: 'part'; readonly key: number; readonly part: Exclude<Part, ToolPart> }
  | { readonly type: 'tools'; readonly key: number; readonly tools: readonly ToolPart[] };

/** The parts of an answer, consecutive tool calls as one group. */
export function blocksOf(parts: readonly Part[]): readonly Block[] {
  const blocks: Block[] = [];
  for (const [key, part] of parts.entries()) {
    const last = blocks.at(-1);
    if (part.type !== 'tool') blocks.push({ type: 'part', key, part });
    else if (last?.type === 'tools') blocks[blocks.length - 1] = { ...last, tools: [...last.tools, part] };
    else blocks.push({ type: 'tools', key, tools: [part] });
  }
  return blocks;
}
