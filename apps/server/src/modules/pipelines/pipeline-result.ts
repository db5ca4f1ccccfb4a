import type { FileDiff } from '@atelier/contracts/checkpoints';
import type { Part } from '@atelier/contracts/parts';
import type { PipelineResult } from '@atelier/contracts/pipelines';
import type { PipelineRunRow, StageRunRow } from './pipeline-runs.repository.ts';
import { goalMessage, resultOf } from './stage-messages.ts';

/** A try at a stage, with what it wrote and what it did to the files. */
export interface DocumentedAttempt {
  readonly attempt: StageRunRow;
  readonly parts: readonly Part[];
  readonly files: readonly Pick<FileDiff, 'path' | 'kind' | 'addedLines' | 'removedLines'>[];
}

type Document = ReturnType<typeof documentOf>;

/** What came of a pipeline, to be read by people or by programs: both say the same. */
export function resultDocument(
  row: PipelineRunRow,
  attempts: readonly DocumentedAttempt[],
  format: 'markdown' | 'json',
): PipelineResult {
  const document = documentOf(row, attempts);
  const name =
    row.name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 60)
      .replaceAll(/^-|-$/g, '') || 'pipeline';
  return format === 'json'
    ? { fileName: `${name}.json`, mediaType: 'application/json', text: `${JSON.stringify(document, null, 2)}\n` }
    : { fileName: `${name}.md`, mediaType: 'text/markdown', text: markdownOf(document) };
}

function documentOf(row: PipelineRunRow, attempts: readonly DocumentedAttempt[]) {
  return {
    name: row.name,
    input: row.input,
    state: row.state,
    startedAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    stages: row.stages.map((stage, position) => ({
      name: stage.name,
      goal: goalMessage(stage, row.input, null),
      agent: stage.agent?.name ?? null,
      gate: stage.gate.kind,
      attempts: attempts
        .filter(({ attempt }) => attempt.position === position)
        .map(({ attempt, parts, files }) => ({
          attempt: attempt.attempt,
          state: attempt.state,
          result: resultOf(parts),
          comment: attempt.comment,
          files: files.map(({ path, kind, addedLines, removedLines }) => ({ path, kind, addedLines, removedLines })),
          inputTokens: attempt.inputTokens,
          outputTokens: attempt.outputTokens,
          /** Micro-dollars; null: nobody has said what the model costs. */
          cost: attempt.cost,
          startedAt: attempt.startedAt.toISOString(),
          finishedAt: attempt.finishedAt?.toISOString() ?? null,
          durationMs: attempt.finishedAt ? attempt.finishedAt.getTime() - attempt.startedAt.getTime() : null,
        })),
    })),
  };
}

function markdownOf(document: Document): string {
  const { name, input, state, startedAt, finishedAt, stages } = document;
  const head = [
    `# ${name}`,
    `- State: ${state}`,
    `- Started: ${startedAt}`,
    ...(finishedAt === null ? [] : [`- Finished: ${finishedAt}`]),
  ].join('\n');
  const given = input === '' ? [] : [`## Input\n\n${input}`];
  return `${[head.replace('\n', '\n\n'), ...given, ...stages.map(stageMarkdown)].join('\n\n')}\n`;
}

function stageMarkdown({ name, goal, agent, gate, attempts }: Document['stages'][number], index: number): string {
  return [
    `## ${index + 1}. ${name}`,
    [`- Agent: ${agent ?? 'standard'}`, `- Gate: ${gate}`].join('\n'),
    goal.replaceAll(/^/gm, '> '),
    ...attempts.map(attemptMarkdown),
    ...(attempts.length === 0 ? ['Not begun.'] : []),
  ].join('\n\n');
}

function attemptMarkdown(attempt: Document['stages'][number]['attempts'][number]): string {
  const { result, comment, files, inputTokens, outputTokens, cost, durationMs } = attempt;
  const facts = [
    `- State: ${attempt.state}`,
    ...(comment === '' ? [] : [`- Said: ${comment.replaceAll(/\s+/g, ' ')}`]),
    `- Tokens: ${inputTokens} in, ${outputTokens} out`,
    ...(cost === null ? [] : [`- Cost: $${(cost / 1_000_000).toFixed(6)}`]),
    ...(durationMs === null ? [] : [`- Time: ${(durationMs / 1000).toFixed(1)} s`]),
    ...files.map(
      ({ path, kind, addedLines, removedLines }) => `- File ${kind}: \`${path}\` (+${addedLines} −${removedLines})`,
    ),
  ];
  return [`### Attempt ${attempt.attempt}`, facts.join('\n'), ...(result === '' ? [] : [result])].join('\n\n');
}
