import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { approvalRuleDto } from '@atelier/contracts/approvals';
import { fileContent } from '@atelier/contracts/files';
import { sessionDto } from '@atelier/contracts/sessions';
import { type Transcript, transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, call, refusal, wireErrorOf } from './calls.ts';
import { newPerson, newSession, type Person, send, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { LogReader, TestSocket } from './test-socket.ts';

let running: RunningProgram;
let ada: Person;
let sessionId: string;

beforeAll(async () => {
  running = await startProgram({ env: { LIMIT_FORKS: '4' } });
});
beforeEach(async () => {
  ada = await newPerson(running);
  sessionId = (await newSession(running, ada)).id;
  await ask(running, ada, 'approvals.putRule', { tool: 'run_command', pattern: '*', action: 'allow' }, approvalRuleDto);
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

async function turn(text: string, id = sessionId): Promise<void> {
  const { runId } = await send(running, ada, id, text);
  await untilRun(running, runId, 'succeeded');
}
const opened = (id: string) => ask(running, ada, 'sessions.open', { sessionId: id }, transcript);
const asked = (view: Transcript) =>
  view.messages.filter(({ role }) => role === 'user').map(({ parts: [part] }) => part?.type === 'text' && part.text);
const forkFrom = (messageId: string | undefined, clientId: string = newId()) =>
  ask(running, ada, 'sessions.fork', { sessionId, messageId, clientId }, sessionDto);
const fileOf = async (id: string, name: string) =>
  (await ask(running, ada, 'files.read', { sessionId: id, path: name }, fileContent)).text;
const workspaces = () => readdir(path.join(running.dataDirectory, 'workspaces'));

test('a fork from an answer has the conversation with it and the files it left, and goes its own way', async () => {
  await turn('write notes.md: one');
  await turn('run echo two > notes.md; echo new > new.txt; ln -s notes.md link; echo x > x.sh; chmod +x x.sh');
  await turn('run echo three > notes.md; rm new.txt');
  const before = await opened(sessionId);

  const fork = await forkFrom(before.messages[3]?.id);

  const there = await opened(fork.id);
  expect(fork.title).toBe(`${before.session.title} (fork)`);
  expect(asked(there)).toEqual(asked(before).slice(0, 2));
  expect(there.messages.map(({ parts }) => parts)).toEqual(before.messages.slice(0, 4).map(({ parts }) => parts));
  expect(there.messages.map(({ parentId }) => parentId)).toEqual([
    null,
    ...there.messages.slice(0, 3).map(({ id }) => id),
  ]);
  expect([await fileOf(fork.id, 'notes.md'), await fileOf(fork.id, 'new.txt')]).toEqual(['two\n', 'new\n']);

  await turn('run ./x.sh; echo more >> link', fork.id);
  expect(asked(await opened(fork.id))).toHaveLength(3);
  expect([await fileOf(fork.id, 'notes.md'), await fileOf(sessionId, 'notes.md')]).toEqual(['two\nmore\n', 'three\n']);
  expect(await opened(sessionId)).toEqual(before);
});

test("a fork from a person's message has what came before it, with the files of that moment", async () => {
  await turn('write notes.md: one');
  await turn('write notes.md: two');
  const { messages } = await opened(sessionId);

  const fork = await forkFrom(messages[2]?.id);
  const empty = await forkFrom(messages[0]?.id);

  expect(asked(await opened(fork.id))).toEqual(['write notes.md: one']);
  expect(await fileOf(fork.id, 'notes.md')).toBe('one');
  expect((await opened(empty.id)).messages).toEqual([]);
  expect(await call(running, 'files.list', { sessionId: empty.id, path: '' }, { token: ada.token })).toMatchObject({
    body: { result: { data: { entries: [] } } },
  });
});

test('a fork from an answer whose changes were taken back has them', async () => {
  await turn('write notes.md: one');
  const { messages } = await opened(sessionId);
  const runId = messages[1]?.run?.id;
  await call(running, 'checkpoints.restore', { runId, to: 'before' }, { token: ada.token });

  const fork = await forkFrom(messages[1]?.id);

  expect(await fileOf(fork.id, 'notes.md')).toBe('one');
});

test('a fork has its files after the other session is gone, and a reader follows it from the first entry', async () => {
  await turn('write notes.md: one');
  const { messages } = await opened(sessionId);
  const fork = await forkFrom(messages.at(-1)?.id);
  await call(running, 'sessions.remove', { sessionId }, { token: ada.token });

  await turn('run cat notes.md', fork.id);

  const { seq } = await opened(fork.id);
  await using socket = await TestSocket.open(running, { params: { token: ada.token } });
  const reader = new LogReader(socket, fork.id);
  await reader.untilSeq(seq);
  expect(reader.resets.map((reset) => reset.transcript.messages.length)).toEqual([4]);
});

test('the same request again, ten at once, makes one session and one workspace', async () => {
  await turn('write notes.md: one');
  const { messages } = await opened(sessionId);
  const before = (await workspaces()).length;
  const clientId = newId();

  // Beyond the limit of people: an organisation's ten devices would be told to wait.
  const made = await Promise.all(Array.from({ length: 4 }, () => forkFrom(messages[1]?.id, clientId)));

  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect((await workspaces()).length).toBe(before + 1);
});

test('what is being written, what is not there, and what is not theirs is not forked; and not without end', async () => {
  const { runId } = await send(running, ada, sessionId, 'ask me which? | a | b');
  await untilRun(running, runId, 'waiting');
  const { messages } = await opened(sessionId);
  const input = (messageId: string | undefined) => ({ sessionId, messageId, clientId: newId() });

  expect((await refusal(running, ada, 'sessions.fork', input(messages[1]?.id))).code).toBe('run.not_finished');
  expect((await refusal(running, ada, 'sessions.fork', input(newId()))).code).toBe('message.not_found');
  const mallory = await newPerson(running);
  const hers = await call(running, 'sessions.fork', input(messages[0]?.id), { token: mallory.token });
  expect(wireErrorOf(hers).code).toBe('session.not_found');

  const last = await Promise.all(
    Array.from({ length: 6 }, () => call(running, 'sessions.fork', input(messages[0]?.id), { token: ada.token })),
  );
  expect(last.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 429, 429]);
});
