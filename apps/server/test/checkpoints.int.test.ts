import { approvalRuleDto } from '@atelier/contracts/approvals';
import { checkpointDto, turnDiff } from '@atelier/contracts/checkpoints';
import { fileContent } from '@atelier/contracts/files';
import { transcript } from '@atelier/contracts/transcript';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ask, call, wireErrorOf } from './calls.ts';
import { newPerson, newSession, type Person, send, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { LogReader, TestSocket } from './test-socket.ts';

let running: RunningProgram;
let ada: Person;
let sessionId: string;

beforeAll(async () => {
  running = await startProgram();
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

async function turn(text: string): Promise<string> {
  const { runId } = await send(running, ada, sessionId, text);
  await untilRun(running, runId, 'succeeded');
  return runId;
}
const list = () => ask(running, ada, 'checkpoints.list', { sessionId }, z.array(checkpointDto));
const diff = (runId: string) => ask(running, ada, 'checkpoints.diff', { runId }, turnDiff);
const restore = (runId: string, to: 'before' | 'after', who = ada) =>
  call(running, 'checkpoints.restore', { runId, to }, { token: who.token });
const read = async (path: string) => (await ask(running, ada, 'files.read', { sessionId, path }, fileContent)).text;
const isThere = async (path: string) =>
  (await call(running, 'files.read', { sessionId, path }, { token: ada.token })).status === 200;

describe('a turn', () => {
  test('that changes files is kept, with what it did; one that changes none is not', async () => {
    const first = await turn('write notes.md: one');
    await turn('list files');
    await turn('run cat notes.md');
    const second = await turn('run echo two > notes.md; echo new > sub.txt');

    expect((await list()).map(({ runId, created, modified, deleted }) => [runId, created, modified, deleted])).toEqual([
      [second, 1, 1, 0],
      [first, 1, 0, 0],
    ]);
    expect(await diff(second)).toMatchObject({
      files: [
        { path: 'notes.md', kind: 'modified', addedLines: 1, removedLines: 1 },
        { path: 'sub.txt', kind: 'created', addedLines: 1, removedLines: 0 },
      ],
      isTruncated: false,
    });
    expect((await diff(second)).files[0]?.patch).toContain('-one\n');
  });

  test('is in the log, for whoever looks on', async () => {
    const runId = await turn('write notes.md: one');
    const { seq } = await ask(running, ada, 'sessions.open', { sessionId }, transcript);
    await using socket = await TestSocket.open(running, { params: { token: ada.token } });
    const reader = new LogReader(socket, sessionId);
    await reader.untilSeq(seq);

    expect(reader.events.filter(({ type }) => type === 'checkpoint.created')).toMatchObject([
      { checkpoint: { runId, created: 1 } },
    ]);
  });

  test('can be taken back, and made again', async () => {
    await turn('write kept.md: kept');
    const runId = await turn('run rm kept.md; mkdir -p deep/er; echo made > deep/er/made.txt');

    expect((await restore(runId, 'before')).status).toBe(200);
    expect([await read('kept.md'), await isThere('deep/er/made.txt')]).toEqual(['kept', false]);
    expect(await call(running, 'files.list', { sessionId, path: 'deep' }, { token: ada.token })).toMatchObject({
      status: 404,
    });
    await restore(runId, 'after');
    expect([await isThere('kept.md'), await read('deep/er/made.txt')]).toEqual([false, 'made\n']);
    // What was put back belongs to the agent again.
    await turn('run echo more >> deep/er/made.txt');
    expect(await read('deep/er/made.txt')).toBe('made\nmore\n');
  });

  test('is not taken back while the agent is at work', async () => {
    const runId = await turn('write notes.md: one');
    const waiting = await send(running, ada, sessionId, 'ask me which | red');
    await untilRun(running, waiting.runId, 'waiting');

    expect(wireErrorOf(await restore(runId, 'before')).code).toBe('session.busy');
    expect(await read('notes.md')).toBe('one');
  });

  test("of somebody else's session is not found, like none", async () => {
    const runId = await turn('write notes.md: one');
    const mallory = await newPerson(running, 'Mallory');

    expect((await restore(runId, 'before', mallory)).status).toBe(404);
    expect((await call(running, 'checkpoints.diff', { runId }, { token: mallory.token })).status).toBe(404);
    expect(await read('notes.md')).toBe('one');
  });
});

test('binary and large files are told without a patch', async () => {
  const runId = await turn('run head -c 2000000 /dev/zero > large.bin; printf "\\\\xff\\\\xfe" > odd.txt');

  expect((await diff(runId)).files).toMatchObject([
    { path: 'large.bin', kind: 'created', patch: null },
    { path: 'odd.txt', kind: 'created', patch: null },
  ]);
});
