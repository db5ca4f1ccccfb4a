import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { approvalRuleDto } from '@atelier/contracts/approvals';
import { checkpointDto, restorationDto, restorePreview } from '@atelier/contracts/checkpoints';
import { fileContent } from '@atelier/contracts/files';
import { sessionDto } from '@atelier/contracts/sessions';
import { transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ask, call, refusal } from './calls.ts';
import { newPerson, newSession, type Person, send, untilRun, upload } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

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

/** A turn; gives its question and its answer. */
async function turn(text: string) {
  const { runId } = await send(running, ada, sessionId, text);
  await untilRun(running, runId, 'succeeded');
  const { messages } = await ask(running, ada, 'sessions.open', { sessionId }, transcript);
  const [question, answer] = messages.slice(-2).map(({ id }) => id);
  return { runId, question, answer };
}
const read = async (name: string, id = sessionId) => {
  const answer = await call(running, 'files.read', { sessionId: id, path: name }, { token: ada.token });
  return answer.status === 200
    ? (await ask(running, ada, 'files.read', { sessionId: id, path: name }, fileContent)).text
    : null;
};
const preview = (messageId: string | undefined) =>
  ask(running, ada, 'checkpoints.previewRestore', { sessionId, messageId }, restorePreview);
const restore = (messageId: string | undefined) =>
  ask(running, ada, 'checkpoints.restoreToMessage', { sessionId, messageId }, restorationDto.nullable());
const list = () => ask(running, ada, 'checkpoints.restorations', { sessionId }, z.array(restorationDto));
const undo = (restorationId: string | undefined) =>
  ask(running, ada, 'checkpoints.undoRestoration', { restorationId }, z.strictObject({}));

describe('putting files back to a message', () => {
  test('gives what an answer left, or what there was before a question, and says first what that changes', async () => {
    const one = await turn('write notes.md: one');
    const plain = await turn('help');
    await turn('run echo two > notes.md; echo new > new.txt; echo x > x.txt');

    expect(await preview(one.answer)).toEqual({
      created: 0,
      modified: 1,
      deleted: 2,
      files: [
        { path: 'new.txt', kind: 'deleted' },
        { path: 'notes.md', kind: 'modified' },
        { path: 'x.txt', kind: 'deleted' },
      ],
    });
    // To look changes nothing.
    expect(await read('notes.md')).toBe('two\n');
    expect(await preview(plain.answer)).toEqual(await preview(one.answer));

    expect(await restore(one.answer)).toMatchObject({ created: 0, modified: 1, deleted: 2 });
    expect([await read('notes.md'), await read('new.txt')]).toEqual(['one', null]);
    expect(await restore(one.question)).toMatchObject({ created: 0, modified: 0, deleted: 1 });
    expect(await read('notes.md')).toBeNull();
    expect(await restore(one.question)).toBeNull();
    expect(await list()).toHaveLength(2);
  });

  test('keeps what no turn has kept, and gives it back', async () => {
    const one = await turn('write notes.md: one');
    await upload(running, ada, sessionId, { name: 'mine.txt', content: 'by hand' });
    await call(running, 'files.remove', { sessionId, path: 'notes.md' }, ada);

    await restore(one.answer);
    expect([await read('notes.md'), await read('mine.txt')]).toEqual(['one', null]);

    const [kept] = await list();
    expect(kept).toMatchObject({ created: 1, modified: 0, deleted: 1 });
    await undo(kept?.id);
    expect([await read('notes.md'), await read('mine.txt')]).toEqual([null, 'by hand']);
    // The undoing is kept too, and can itself be undone.
    const [latest] = await list();
    expect(latest?.id).not.toBe(kept?.id);
    await undo(latest?.id);
    expect(await read('notes.md')).toBe('one');
  });

  test('keeps it for a turn that is put back as well', async () => {
    const one = await turn('write notes.md: one');
    await upload(running, ada, sessionId, { name: 'mine.txt', content: 'by hand' });
    await ask(running, ada, 'checkpoints.restore', { runId: one.runId, to: 'before' }, z.strictObject({}));
    expect(await read('mine.txt')).toBeNull();

    await undo((await list())[0]?.id);
    expect(await read('mine.txt')).toBe('by hand');
  });

  test('keeps it even where putting back fails in the middle', async () => {
    const one = await turn('run echo lost > lost.txt');
    await turn('run rm lost.txt; echo here > here.txt');
    await upload(running, ada, sessionId, { name: 'mine.txt', content: 'by hand' });
    const hash = createHash('sha256').update('lost\n').digest('hex');
    await rm(path.join(running.dataDirectory, 'checkpoints', sessionId, 'blobs', hash.slice(0, 2), hash));

    const to = { sessionId, messageId: one.answer };
    expect((await call(running, 'checkpoints.restoreToMessage', to, ada)).status).toBe(500);
    expect(running.errors.splice(0)).toHaveLength(1);
    expect([await read('here.txt'), await read('mine.txt')]).toEqual([null, null]);
    const [kept] = await list();
    await undo(kept?.id);
    expect([await read('here.txt'), await read('mine.txt')]).toEqual(['here\n', 'by hand']);
  });

  test('leaves a fork the files of its own message, whatever was put back since', async () => {
    await turn('write notes.md: one');
    const two = await turn('write notes.md: two');
    const plain = await turn('help');
    await restore(two.question);
    expect(await read('notes.md')).toBe('one');

    const input = { sessionId, messageId: plain.answer, clientId: newId() };
    const fork = await ask(running, ada, 'sessions.fork', input, sessionDto);
    expect(await read('notes.md', fork.id)).toBe('two');
    expect(await preview(plain.answer)).toMatchObject({ modified: 1 });
  });

  test('is refused for a message that came with a fork: how its files were then is not known', async () => {
    await turn('write notes.md: one');
    const two = await turn('write notes.md: two');
    const input = { sessionId, messageId: two.answer, clientId: newId() };
    sessionId = (await ask(running, ada, 'sessions.fork', input, sessionDto)).id;
    const { messages } = await ask(running, ada, 'sessions.open', { sessionId }, transcript);
    expect(messages).toHaveLength(4);

    for (const procedure of ['previewRestore', 'restoreToMessage']) {
      const place = { sessionId, messageId: messages[1]?.id };
      expect((await refusal(running, ada, `checkpoints.${procedure}`, place)).code).toBe('checkpoint.not_found');
    }
    const own = await turn('write notes.md: three');
    await restore(own.question);
    expect(await read('notes.md')).toBe('two');
  });

  test('waits for no run, and touches nothing while one is under way', async () => {
    const one = await turn('write notes.md: one');
    const waiting = await send(running, ada, sessionId, 'ask me which | red');
    await untilRun(running, waiting.runId, 'waiting');
    const { messages } = await ask(running, ada, 'sessions.open', { sessionId }, transcript);
    const refused = async (messageId: string | undefined) =>
      (await refusal(running, ada, 'checkpoints.restoreToMessage', { sessionId, messageId })).code;

    expect(await refused(one.question)).toBe('session.busy');
    expect(await refused(messages.at(-1)?.id)).toBe('run.not_finished');
    expect(await read('notes.md')).toBe('one');
    expect(await list()).toEqual([]);
    await call(running, 'runs.stop', { runId: waiting.runId }, ada);
    await untilRun(running, waiting.runId, 'cancelled');
    await call(running, 'sessions.archive', { sessionId }, ada);
    expect(await refused(one.question)).toBe('session.archived');
  });

  test('is for whose session it is: to others there is nothing', async () => {
    const one = await turn('write notes.md: one');
    await restore(one.question);
    const [kept] = await list();
    const mallory = await newPerson(running, 'Mallory');
    const to = { sessionId, messageId: one.answer };
    const codes = [
      (await refusal(running, mallory, 'checkpoints.previewRestore', to)).code,
      (await refusal(running, mallory, 'checkpoints.restoreToMessage', to)).code,
      (await refusal(running, mallory, 'checkpoints.restorations', { sessionId })).code,
      (await refusal(running, mallory, 'checkpoints.undoRestoration', { restorationId: kept?.id })).code,
    ];

    expect(codes).toEqual(['session.not_found', 'session.not_found', 'session.not_found', 'checkpoint.not_found']);
    const elsewhere = { sessionId: (await newSession(running, ada)).id, messageId: one.answer };
    expect((await refusal(running, ada, 'checkpoints.restoreToMessage', elsewhere)).code).toBe('message.not_found');
    expect(await read('notes.md')).toBeNull();
  });
});

test('turns stay in their list when files are put back', async () => {
  const one = await turn('write notes.md: one');
  await restore(one.question);

  const turns = await ask(running, ada, 'checkpoints.list', { sessionId }, z.array(checkpointDto));
  expect(turns.map(({ runId }) => runId)).toEqual([one.runId]);
});
