import { approvalRuleDto } from '@atelier/contracts/approvals';
import { fileContent } from '@atelier/contracts/files';
import type { ToolPart } from '@atelier/contracts/parts';
import { systemAbout } from '@atelier/contracts/system';
import { transcript } from '@atelier/contracts/transcript';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, call } from './calls.ts';
import { newPerson, newSession, type Person, send, untilRun } from './people.ts';
import { authSecret, type RunningProgram, startProgram } from './running-program.ts';

let running: RunningProgram;
let ada: Person;
let sessionId: string;

beforeAll(async () => {
  running = await startProgram();
});
beforeEach(async () => {
  ada = await newPerson(running);
  sessionId = (await newSession(running, ada)).id;
  const rule = { tool: 'run_command', pattern: '*', action: 'allow' };
  await ask(running, ada, 'approvals.putRule', rule, approvalRuleDto);
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const opened = () => ask(running, ada, 'sessions.open', { sessionId }, transcript);

/** The call of the latest answer. */
async function latestTool(): Promise<ToolPart> {
  const tool = (await opened()).messages.at(-1)?.parts.find((part) => part.type === 'tool');
  if (tool?.type !== 'tool') throw new Error('The answer holds no call.');
  return tool;
}

async function ran(text: string): Promise<ToolPart> {
  const { runId } = await send(running, ada, sessionId, text);
  await untilRun(running, runId, 'succeeded');
  return await latestTool();
}

test('there is a sandbox here, and the app says so', async () => {
  const about = await ask(running, ada, 'system.about', undefined, systemAbout);
  expect(about.capabilities.find(({ name }) => name === 'sandbox')).toMatchObject({ isOn: true, remedy: null });
});

describe('a command', () => {
  test('works on the files of the session, and people see what it made', async () => {
    await ran('write notes.md: hello');
    expect(await ran('run cat notes.md && echo made > made.txt')).toMatchObject({
      state: 'succeeded',
      output: 'hello',
    });

    const made = await ask(running, ada, 'files.read', { sessionId, path: 'made.txt' }, fileContent);
    expect(made.text).toBe('made\n');
    await ran('write sub/dir/deep.md: deep');
    expect(await ran('run rm -r sub && ls')).toMatchObject({ output: 'made.txt\nnotes.md' });
  });

  test('that ends badly says how, with what it wrote', async () => {
    expect(await ran('run echo before; exit 3')).toMatchObject({ state: 'failed', output: 'before\n[Exit code 3.]' });
  });

  test('sees no secret of the server, no other session and no network', async () => {
    const other = await newSession(running, ada);
    await send(running, ada, other.id, 'write hidden.md: canary-of-another-session');
    const seen = await ran(
      `run env; cat /proc/*/environ | tr '\\0' '\\n'; ls ${running.dataDirectory} /root /home 2>&1; grep -rs canary-of-another-session / --include=hidden.md; (echo > /dev/tcp/127.0.0.1/${new URL(running.url).port}) 2>&1; true`,
    );
    expect(seen.output).not.toContain(authSecret);
    expect(seen.output).not.toContain('canary');
    expect(seen.output).toContain('Connection refused');
  });

  test('that is stopped is gone within a second, with everything it started', async () => {
    const { runId } = await send(running, ada, sessionId, 'run sleep 4242 & setsid sleep 4243 & sleep 4244');
    await expect.poll(async () => (await latestTool().catch(() => null))?.state, { timeout: 15_000 }).toBe('running');
    await call(running, 'runs.stop', { runId }, { token: ada.token });
    await untilRun(running, runId, 'cancelled');

    const left = await ran("run ps -eo args | grep -c '[s]leep 424' || true");
    expect(left.output).toBe('0');
  });

  test('of a long output gives back its ends, and leaves the whole in a file', async () => {
    const tool = await ran('run seq 1 20000');
    expect(tool.output).toMatch(/^1\n2\n/);
    expect(tool.output).toMatch(/19999\n20000$/);
    const [, path = ''] = /The whole output is in (\S+)\.\]/.exec(tool.output) ?? [];
    expect(await ran(`run wc -l < ${path}`)).toMatchObject({ output: '20000' });
  });
});

test('a search runs in the sandbox, as one program with the text as an argument', async () => {
  await ran('write notes/a.md: --pre=id $(id)');

  expect(await ran('search for --pre=id $(id)')).toMatchObject({
    state: 'succeeded',
    output: 'notes/a.md:1: --pre=id $(id)',
  });
  const inSandbox = `SELECT 1 FROM spans WHERE session_id = $1 AND name = 'sandbox run'`;
  await expect.poll(async () => (await running.database.pool.query(inSandbox, [sessionId])).rows).toHaveLength(1);
});

test('a question waits for its answer, which is what the agent reads', async () => {
  const { runId } = await send(running, ada, sessionId, 'ask me which colour | red | blue');
  await untilRun(running, runId, 'waiting');
  const tool = await latestTool();
  expect(tool.request).toMatchObject({
    kind: 'question',
    question: { text: 'which colour', choices: ['red', 'blue'] },
  });

  const decision = { kind: 'answer', text: 'blue' };
  await call(running, 'runs.decide', { runId, callId: tool.callId, decision }, { token: ada.token });
  await untilRun(running, runId, 'succeeded');
  expect((await opened()).messages.at(-1)?.parts.at(-1)).toMatchObject({ type: 'text', text: 'You said: blue' });
});

test('commands are asked for when no rule says otherwise', async () => {
  const bea = await newPerson(running, 'Bea');
  const session = await newSession(running, bea);
  const { runId } = await send(running, bea, session.id, 'run ls');
  await untilRun(running, runId, 'waiting');
});
