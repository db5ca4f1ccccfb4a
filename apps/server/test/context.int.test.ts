import { foldEvents } from '@atelier/contracts/fold';
import { sentDto } from '@atelier/contracts/messages';
import { modelList } from '@atelier/contracts/models';
import { type Transcript, transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyTranscript } from '../../../packages/contracts/test/samples.ts';
import { ask } from './calls.ts';
import { newProvider } from './model-arrangements.ts';
import { newOwner, newSession, type Person, send, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { LogReader, TestSocket } from './test-socket.ts';

const window = 8000;
const price = { input: 1_000_000, output: 2_000_000, cachedInput: null };

let running: RunningProgram;
let server: ModelServer;
let ada: Person;
let session: string;
beforeAll(async () => {
  running = await startProgram();
  server = await startModelServer({ models: ['narrow'] });
  ada = await newOwner(running);
  const { id } = await newProvider(running, ada, { baseUrl: server.url, apiKey: server.key });
  const models = [{ name: 'narrow', contextWindow: window, price }];
  await ask(running, ada, 'models.add', { providerId: id, models }, modelList);
});
beforeEach(async () => {
  session = (await newSession(running, ada)).id;
});
afterAll(async () => {
  await running.stop();
  await server[Symbol.asyncDispose]();
  expect(running.errors).toEqual([]);
});

const opened = (): Promise<Transcript> => ask(running, ada, 'sessions.open', { sessionId: session }, transcript);
const contextOf = ({ messages }: Transcript) => messages.at(-1)?.run?.context;

async function answered(text: string): Promise<Transcript> {
  const { runId } = await send(running, ada, session, text);
  await untilRun(running, runId, 'succeeded');
  return await opened();
}

/** The log from its first entry tells what the tables tell. */
async function expectLogAgrees(view: Transcript): Promise<void> {
  await using socket = await TestSocket.open(running, { params: { token: ada.token } });
  const reader = new LogReader(socket, session);
  await reader.untilSeq(view.seq);
  const folded = foldEvents(emptyTranscript(), reader.events);
  expect(folded.usage).toEqual(view.usage);
  const ofRuns = ({ messages }: Transcript) => messages.map(({ run }) => run && [run.context, run.usage]);
  expect(ofRuns(folded)).toEqual(ofRuns(view));
}

/** Tokens of each model call of the session, in their order, as the log has them. */
async function calls() {
  const { rows } = await running.database.pool.query<{ input: number; output: number }>(
    `SELECT (payload->'usage'->>'inputTokens')::int AS input, (payload->'usage'->>'outputTokens')::int AS output
       FROM session_events WHERE session_id = $1 AND type IN ('step.finished', 'context.summarised') ORDER BY seq`,
    [session],
  );
  return rows;
}

describe('how full the window is', () => {
  test('is said with each answer, beside what the session has used', async () => {
    expect((await opened()).usage).toEqual({ inputTokens: 0, outputTokens: 0 });

    const first = await answered('[[say hello]]');
    const [one] = await calls();
    expect(contextOf(first)).toEqual({ tokens: (one?.input ?? 0) + (one?.output ?? 0), window });

    const second = await answered(`[[say two]] ${'more '.repeat(200)}`);
    const both = await calls();
    expect(contextOf(second)?.tokens).toBeGreaterThan(contextOf(first)?.tokens ?? Number.NaN);
    const sum = (key: 'input' | 'output') => both.reduce((total, row) => total + row[key], 0);
    expect(second.usage).toMatchObject({
      inputTokens: sum('input'),
      outputTokens: sum('output'),
      cost: sum('input') + 2 * sum('output'),
    });
    await expectLogAgrees(second);
  });

  test('goes down with a summary', async () => {
    const full = await answered(`[[say one]] ${'first '.repeat(4400)}`);
    expect(contextOf(full)?.tokens).toBeGreaterThan(window * 0.75);

    const summed = await answered(`[[say two]] ${'second '.repeat(700)}`);
    expect(summed.messages.at(-1)?.parts[0]?.type).toBe('summary');
    expect(contextOf(summed)?.tokens).toBeLessThan(window * 0.75);
    await expectLogAgrees(summed);
  });

  test('is not that of a sub-agent, whose calls count with the session’s all the same', async () => {
    const goal = `[[say done]] ${'goal '.repeat(300)}`;
    const call = JSON.stringify({ goal });
    const view = await answered(`[[tool run_subagent ${call}]] [[say told]]`);

    const own = await calls();
    const last = own.at(-1);
    expect(contextOf(view)?.tokens).toBe((last?.input ?? 0) + (last?.output ?? 0));
    expect(view.usage.inputTokens).toBeGreaterThan(own.reduce((total, { input }) => total + input, 0));
    await expectLogAgrees(view);
  });

  test('counts what a retry has replaced', async () => {
    const first = await answered('[[say hello]]');
    const runId = first.messages.at(-1)?.run?.id;
    const again = await ask(running, ada, 'runs.retry', { runId, clientId: newId() }, sentDto);
    await untilRun(running, again.runId, 'succeeded');

    const view = await opened();
    expect(view.messages).toHaveLength(2);
    expect(view.usage.inputTokens).toBe(2 * first.usage.inputTokens);
    await expectLogAgrees(view);
  });
});
