import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { approvalRuleDto } from '@atelier/contracts/approvals';
import type { ToolPart } from '@atelier/contracts/parts';
import { transcript } from '@atelier/contracts/transcript';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, call } from './calls.ts';
import { newPerson, newSession, type Person, send, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

let model: ModelServer;
let server: RunningProgram;
let workers: readonly RunningProgram[];
let ada: Person;
let sessionId: string;
let count = 0;

beforeAll(async () => {
  model = await startModelServer();
  const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: model.key, MODEL: model.model };
  server = await startProgram({ env, roles: { server: true, worker: false } });
  const worker = { env, beside: server, roles: { server: false, worker: true } } as const;
  workers = [await startProgram(worker), await startProgram(worker)];
});
beforeEach(async () => {
  ada = await newPerson(server);
  sessionId = (await newSession(server, ada)).id;
  for (const tool of ['start_process', 'run_command']) {
    await ask(server, ada, 'approvals.putRule', { tool, pattern: '*', action: 'allow' }, approvalRuleDto);
  }
  count += 1;
});
afterAll(async () => {
  const errors = [server, ...workers].flatMap((each) => each.errors);
  for (const worker of workers) await worker.stop();
  await server.stop();
  await model.close();
  expect(errors).toEqual([]);
});

/** No two tests sleep equally long. */
const sleeper = () => `sleep 7${process.pid}${count}`;

async function turn(script: string): Promise<{ readonly runId: string; readonly tools: readonly ToolPart[] }> {
  const { runId } = await send(server, ada, sessionId, `${script} [[say done]]`);
  await untilRun(server, runId, 'succeeded');
  const { messages } = await ask(server, ada, 'sessions.open', { sessionId }, transcript);
  return { runId, tools: (messages.at(-1)?.parts ?? []).filter((part) => part.type === 'tool') };
}

async function started(command = sleeper()): Promise<string> {
  // A turn that changes nothing leaves nothing to go back to.
  const write = '[[tool write_file {"path": "a.txt", "text": "a"}]]';
  const { runId, tools } = await turn(`${write} [[tool start_process ${JSON.stringify({ command })}]]`);
  expect(tools[1]?.output).toMatch(/^Started as p/);
  return runId;
}

/** How many processes of this machine were started with these words. */
async function running(words = sleeper()): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.replaceAll('\0', ' ').trim() === words).length;
}

test('a turn goes to the worker in which the agent left something running', async () => {
  await started();

  const outputs: string[] = [];
  for (let n = 0; n < 6; n += 1) {
    const { tools } = await turn(`[[tool stop_process {"id": "none-${n}"}]]`);
    outputs.push(tools[0]?.output ?? '');
  }
  expect(outputs.map((output) => /Here are: p\w+\./.test(output))).toEqual(outputs.map(() => true));
});

test('what runs in a worker ends before files are put back by the server', async () => {
  const tick = `while true; do date >> ticks.txt; ${sleeper().replace('sleep ', 'sleep 0.')}; done`;
  const runId = await started(tick);
  await sleep(500);

  const restored = await call(server, 'checkpoints.restore', { runId, to: 'before' }, { token: ada.token });
  expect(restored.status).toBe(200);
  await sleep(500);
  const { tools } = await turn('[[tool list_files {"path": "."}]]');
  expect(tools[0]?.output).not.toContain('ticks.txt');
});

test('what runs in a worker ends with its session', async () => {
  await started();
  await expect.poll(() => running()).toBe(1);

  await call(server, 'sessions.remove', { sessionId }, { token: ada.token });
  await expect.poll(() => running()).toBe(0);
});

test('what runs in a worker ends when its person is suspended', async () => {
  await started();
  await expect.poll(() => running()).toBe(1);

  await server.database.pool.query(`UPDATE users SET status = 'suspended' WHERE id = $1`, [ada.userId]);
  server.program.services.hints.send('access', ada.userId, '');
  await expect.poll(() => running()).toBe(0);
});

test('when the worker that has it takes no more, another one does, and its agent is told what is not there', async () => {
  await started();
  await expect.poll(() => workers.filter(({ program }) => program.workspaceUse.isElsewhere(sessionId)).length).toBe(1);
  const holder = workers.find(({ program }) => !program.workspaceUse.isElsewhere(sessionId));
  await holder?.program.supervisor.drain(0);

  const { tools } = await turn('[[tool stop_process {"id": "none"}]]');
  expect(tools[0]?.output).toContain('another worker has it. Here are: none.');
});
