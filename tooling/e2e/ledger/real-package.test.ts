import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AtelierClient } from '@atelier/client';
import type { SessionId } from '@atelier/contracts/ids';
import type { ToolPart } from '@atelier/contracts/parts';
import { newId } from '@atelier/kernel/ids';
import { startModelServer } from '@atelier/model-server/model-server';
import { expect, test } from 'vitest';
import { followUntil, latestRun, newPerson, newSession, send, textOf } from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';

const packageRoot = path.dirname(fileURLToPath(import.meta.resolve('pino-std-serializers')));
const source = 'lib/err-helpers.js';
const tests = 'node --test test/err.test.js test/err-with-cause.test.js';

/** What the package does today for causes that are functions, and what it did before its authors thought of them. */
const whole = /\n {2}\/\/ VError \/ NError style causes[\s\S]*?\n}\n/;
const before = '\n  return isErrorLike(cause) ? cause : undefined\n}\n';

const tool = (name: string, input: object) => `[[tool ${name} ${JSON.stringify(input)}]]`;

/** The package's files, as a person drops them into the workspace, with a fault that its own tests know. */
async function importPackage(client: AtelierClient, sessionId: SessionId): Promise<string> {
  let fixed = '';
  for (const entry of await readdir(packageRoot, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(packageRoot, file);
    let content = await readFile(file, 'utf8');
    if (name === source) {
      [fixed = ''] = whole.exec(content) ?? [];
      content = content.replace(whole, before);
    }
    const directory = path.dirname(name) === '.' ? '' : path.dirname(name);
    await client.uploadFile({ sessionId, name: entry.name, directory, content });
  }
  return fixed;
}

test('a public package is imported, its failing test is found, mended and proved in the sandbox, and the diff says what changed', async () => {
  await using model = await startModelServer();
  await using program = await RunningProgram.start({ env: modelSettings(model) });
  await using person = await newPerson(program.url);
  const { client } = person;
  await client.api.approvals.putRule.mutate({ tool: 'run_command', pattern: '*', action: 'allow', sessionId: null });
  const sessionId = await newSession(client);
  const fixed = await importPackage(client, sessionId);
  const turn = async (...steps: readonly string[]) => {
    const { runId } = await send(client, sessionId, steps.join(' '));
    const view = await followUntil(client, sessionId, (now) => {
      const run = latestRun(now);
      return run?.id === runId && run.state === 'succeeded';
    });
    const answer = view.messages.at(-1);
    const outputs = (answer?.parts ?? []).filter((part): part is ToolPart => part.type === 'tool');
    return { runId, answer, outputs: outputs.map(({ output, state }) => `${state}: ${output}`) };
  };

  const looked = await turn(
    tool('list_files', { path: '' }),
    tool('run_command', { command: tests }),
    tool('search_files', { text: 'cause' }),
    tool('read_file', { path: source }),
    '[[say One of its tests fails.]]',
  );
  expect(looked.outputs[1]).toMatch(/fail 1/);
  expect(looked.outputs[1]).toContain('serializes error causes with VError support');
  expect(looked.outputs[3]).toContain('return isErrorLike(cause)');

  const mended = await turn(
    tool('edit_file', { path: source, oldText: before, newText: fixed }),
    tool('run_command', { command: tests }),
    '[[say They pass.]]',
  );
  expect(mended.outputs).toEqual([
    expect.stringContaining('succeeded'),
    expect.stringMatching(/^succeeded: [\s\S]*pass 27[\s\S]*fail 0/),
  ]);
  expect(textOf(mended.answer)).toBe('They pass.');

  const { files } = await client.api.checkpoints.diff.query({ runId: mended.runId });
  expect(files.map(({ path: name, kind }) => [name, kind])).toEqual([[source, 'modified']]);
  expect(files[0]?.patch).toContain("+  if (typeof cause === 'function') {");

  const fork = await client.api.sessions.fork.mutate({
    sessionId,
    messageId: looked.answer?.id ?? fail(),
    clientId: newId(),
  });
  const there = await client.api.files.read.query({ sessionId: fork.id, path: source });
  expect(there.text).toContain(before);
});

function fail(): never {
  throw new Error('There is no answer.');
}
