import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@atelier/kernel/ids';
import { expect, test } from 'vitest';
import { followUntil, newPerson, upTo } from '../src/people.ts';
import { RunningProgram } from '../src/program.ts';
import { seededRandom } from '../src/random.ts';

const kills = 3;
const stages = 6;

test('FI-02: kill -9 among the stages of a pipeline, at random moments: each is gone through once, in order', async () => {
  await using program = await RunningProgram.start({ env: { OFFLINE_WORD_MS: '1' } });
  await using person = await newPerson(program.url);
  const { client } = person;
  const gate = { kind: 'check', instructions: 'verdict pass: counted' } as const;
  const { id: pipelineId } = await client.api.pipelines.create.mutate({
    content: {
      name: 'Count',
      stages: upTo(stages).map((n) => ({
        name: `Stage ${n}`,
        goal: `count to ${n}`,
        ...(n % 2 === 0 ? { gate } : {}),
      })),
    },
  });
  const random = seededRandom(17);

  for (let round = 1; round <= kills; round += 1) {
    const { sessionId } = await client.api.pipelines.start.mutate({ pipelineId, clientId: newId() });
    const killAt = 1 + Math.floor(random() * (stages - 1));
    await followUntil(client, sessionId, ({ pipeline }) => (pipeline?.attempts.length ?? 0) >= killAt);
    // Anywhere in a stage, in its check, or between two.
    await sleep(random() * 120);
    await program.kill();
    await program.start();

    const { pipeline, messages } = await followUntil(
      client,
      sessionId,
      (view) => view.pipeline?.state !== 'running' && view.pipeline !== null,
    );

    const tried = pipeline?.attempts.map(({ position, attempt, state }) => [position + 1, attempt, state]);
    expect(tried, `round ${round}, killed at ${killAt}`).toEqual(upTo(stages).map((n) => [n, 1, 'succeeded']));
    // A stage is a question with its answer, and so is each check.
    expect(messages, `round ${round}`).toHaveLength(2 * (stages + Math.floor(stages / 2)));
  }
});

test('FI-02: kill -9 while a gate waits, and right after it was decided: it waits still, and what was decided holds', async () => {
  await using program = await RunningProgram.start({ env: { OFFLINE_WORD_MS: '1' } });
  await using person = await newPerson(program.url);
  const { client } = person;
  const { id: pipelineId } = await client.api.pipelines.create.mutate({
    content: {
      name: 'Count',
      stages: [
        { name: 'One', goal: 'count to 3', gate: { kind: 'person' } },
        { name: 'Two', goal: 'count to 4' },
      ],
    },
  });
  const { sessionId, pipelineRunId } = await client.api.pipelines.start.mutate({ pipelineId, clientId: newId() });
  await followUntil(client, sessionId, ({ pipeline }) => pipeline?.state === 'waiting');

  await program.kill();
  await program.start();
  const { pipeline: waiting } = await followUntil(client, sessionId, ({ pipeline }) => pipeline !== null);
  const [stage] = waiting?.attempts ?? [];
  expect([waiting?.state, stage?.state]).toEqual(['waiting', 'waiting']);
  const stageRunId = stage?.id ?? expect.fail('The pipeline has no stage.');
  await client.api.pipelines.decide.mutate({ pipelineRunId, stageRunId, decision: { kind: 'approve' } });
  await program.kill();
  await program.start();

  const { pipeline } = await followUntil(client, sessionId, (view) => view.pipeline?.state === 'succeeded');
  expect(pipeline?.attempts.map(({ position, attempt, state }) => [position, attempt, state])).toEqual([
    [0, 1, 'succeeded'],
    [1, 1, 'succeeded'],
  ]);
});
