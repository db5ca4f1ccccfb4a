import { readdir, readFile } from 'node:fs/promises';
import { fileContent } from '@atelier/contracts/files';
import { organisationId, signInId, userId } from '@atelier/contracts/ids';
import { keptOutputBytes, terminalList } from '@atelier/contracts/terminals';
import { transcript } from '@atelier/contracts/transcript';
import { systemClock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OpenTerminals, TerminalsService } from '../src/modules/terminals/index.ts';
import { ask, call, refusal } from './calls.ts';
import { newPerson, newSession, type Person, signInTo } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { Opened, TerminalReader } from './terminal-reader.ts';
import { TestSocket } from './test-socket.ts';

const refuse = () => {
  throw new Error('Nothing is asked for when there is no sandbox.');
};

let running: RunningProgram;
let ada: Person;
let sessionId: string;
let socket: TestSocket;

beforeAll(async () => {
  running = await startProgram();
});
beforeEach(async () => {
  ada = await newPerson(running);
  sessionId = (await newSession(running, ada)).id;
  socket = await TestSocket.open(running, { params: { token: ada.token } });
});
afterEach(async () => {
  await socket[Symbol.asyncDispose]();
  await running.program.services.terminals.endAll(sessionId, 'The test is over.');
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const open = () => Opened.open(running, ada, sessionId);
const read = (terminal: Opened, after: number | null = null) => new TerminalReader(socket, terminal, after);
const listed = async (who = ada) =>
  (await ask(running, who, 'terminals.list', { sessionId }, terminalList)).terminals.map(({ number }) => number);

describe('a terminal', () => {
  test('is a shell on the files of the session, and viewers hear of what it made', async () => {
    const terminal = await open();
    const reader = read(terminal);
    await terminal.type('echo "in $PWD: $((40 + 2)) ä€😀"; echo made > made.txt\r');

    await reader.until(/in \/workspace: 42 ä€😀\r\n/);
    await expect
      .poll(
        async () => (await call(running, 'files.read', { sessionId, path: 'made.txt' }, { token: ada.token })).status,
      )
      .toBe(200);
    expect((await ask(running, ada, 'files.read', { sessionId, path: 'made.txt' }, fileContent)).text).toBe('made\n');
    const filesVersion = async () => (await ask(running, ada, 'sessions.open', { sessionId }, transcript)).filesVersion;
    await expect.poll(filesVersion, { timeout: 10_000 }).toBeGreaterThan(0);
  });

  test('has the size it is told, from the beginning and after each change', async () => {
    const terminal = await open();
    const reader = read(terminal);
    await terminal.type('stty size\r');
    await reader.until(/24 80\r\n/);

    await terminal.do('terminals.resize', { columns: 132, rows: 43 });
    await terminal.type('stty size\r');
    await reader.until(/43 132\r\n/);
  });

  test('passes Ctrl-C on to what runs in it', async () => {
    const terminal = await open();
    const reader = read(terminal);
    // A shell that is about to start a program is not interrupted by it.
    await terminal.type("sh -c 'echo begun-$((1 + 1)); exec sleep 4711'\r");
    await reader.until(/begun-2/);
    await terminal.type('\x03');
    await reader.until(/\^C[\s\S]*\$ $/);
    await terminal.type('echo "ended with $?"\r');
    await reader.until(/ended with 130/);
  });

  test('is given what was typed in its order, each once, whatever order the requests come in', async () => {
    const terminal = await open();
    const reader = read(terminal);
    const writerId = newId();
    const frames = [...'echo one-two-three', '\r'].map((data, index) => ({ writerId, seq: index + 1, data }));
    await reader.until(/\$ /);
    for (const batch of [frames.slice(0, 9), frames.slice(9)]) {
      await Promise.all([...batch.toReversed(), ...batch].map((frame) => terminal.do('terminals.write', frame)));
    }

    await reader.until(/\rone-two-three\r\n/);
    expect(reader.text.match(/echo one-two-three/g)).toHaveLength(1);
  });

  test('goes on without a reader, who gets what was missed, without a gap and without a double', async () => {
    const terminal = await open();
    const first = read(terminal);
    await terminal.type('echo first-$((1 + 1)); sleep 0.5; echo later-$((1 + 2))\r');
    await first.until(/first-2/);
    const { offset } = first;
    await socket[Symbol.asyncDispose]();
    socket = await TestSocket.open(running, { params: { token: ada.token } });

    const second = read(terminal, offset);
    await second.until(/later-3/);
    const whole = read(terminal);
    await whole.until(/later-3/);

    expect([second.resets, whole.resets]).toEqual([0, 0]);
    expect(whole.text).toBe(first.text + second.text);
  });

  test('of more than is kept tells its reader so, and shows the end', async () => {
    const terminal = await open();
    const first = read(terminal);
    await first.until(/\$ /);
    first.stop();
    await terminal.type('seq 1 100000; echo over-$((1 + 1))\r');
    await expect
      .poll(
        () => {
          const late = read(terminal, 1);
          return late.until(/over-2/).then(() => late.resets);
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    const late = read(terminal);
    await late.until(/over-2/);
    expect(Buffer.byteLength(late.text)).toBeLessThanOrEqual(keptOutputBytes);
    expect(late.text).toMatch(/99999\r\n100000\r\n/);
  });

  test('says that its shell has ended, and with what', async () => {
    const terminal = await open();
    const reader = read(terminal);
    await terminal.type('exit 7\r');
    expect(await reader.untilEnd()).toEqual({ exitCode: 7, message: null });
    expect(await read(terminal).untilEnd()).toMatchObject({ exitCode: 7 });
  });
});

describe('several terminals', () => {
  test('go on beside each other, four at most, and one that is closed makes room', async () => {
    const terminals = [await open(), await open(), await open(), await open()];
    const readers = terminals.map((terminal) => read(terminal));
    await Promise.all(terminals.map((terminal, index) => terminal.type(`echo mine-$((${index} + 10))\r`)));
    await Promise.all(readers.map((reader, index) => reader.until(new RegExp(`mine-${index + 10}\r\n`))));

    expect(await refusal(running, ada, 'terminals.open', { sessionId, columns: 80, rows: 24 })).toMatchObject({
      code: 'terminal.too_many',
      details: { limit: 4, of: 'session' },
    });
    await terminals[1]?.do('terminals.close');
    expect(await listed()).toEqual([1, 3, 4]);
    await open();
    expect((await listed()).toSorted()).toEqual([1, 2, 3, 4]);
  });

  test('asked for at once are no more than four', async () => {
    const answers = await Promise.all(
      Array.from({ length: 7 }, () =>
        call(running, 'terminals.open', { sessionId, columns: 80, rows: 24 }, { token: ada.token }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
  });
});

describe('whoever is not the owner', () => {
  test('is told that there is no such session, by every procedure', async () => {
    const terminal = await open();
    const bea = await newPerson(running, 'Bea');
    const write = { writerId: newId(), seq: 1, data: 'touch planted\r' };
    for (const [path, input] of [
      ['terminals.list', { sessionId }],
      ['terminals.open', { sessionId, columns: 80, rows: 24 }],
      ['terminals.write', { ...terminal.ref, ...write }],
      ['terminals.resize', { ...terminal.ref, columns: 80, rows: 24 }],
      ['terminals.close', terminal.ref],
    ] as const) {
      expect(await refusal(running, bea, path, input)).toMatchObject({ code: 'session.not_found' });
    }
    await using theirs = await TestSocket.open(running, { params: { token: bea.token } });
    const id = theirs.start('terminals.output', terminal.ref);
    const refused = await theirs.frame((frame) => frame.id === id && frame.error !== undefined);
    expect(refused.error?.data.app.code).toBe('session.not_found');
  });

  test('finds no terminal of another session of theirs', async () => {
    const terminal = await open();
    const other = await newSession(running, ada);
    const input = { sessionId: other.id, terminalId: terminal.dto.id };
    expect(await refusal(running, ada, 'terminals.close', input)).toMatchObject({ code: 'terminal.not_found' });
  });

  test('and may only look at the organisation is refused', async () => {
    const viewer = await newPerson(running, 'Vera');
    const token = await signInTo(running, viewer, ada.organisationId, { role: 'viewer' });
    const answer = await call(running, 'terminals.open', { sessionId, columns: 80, rows: 24 }, { token });
    expect(answer.status).toBe(403);
  });
});

test('a terminal of another process of the server is told to be elsewhere', async () => {
  const terminal = await open();
  await using other = await startProgram({ beside: running, roles: { server: true, worker: false } });

  expect(await refusal(other, ada, 'terminals.close', terminal.ref)).toMatchObject({ code: 'terminal.elsewhere' });
});

test('without a sandbox nothing is opened, and it is said what to do', async () => {
  const { services, log } = running.program;
  const state = { isProven: false, reason: 'bwrap is missing.', remedy: 'apt-get install bubblewrap' } as const;
  const off = new TerminalsService({
    sandbox: { state, user: null, start: refuse, prepareWorkspace: refuse, close: refuse },
    sessions: services.sessions,
    terminals: new OpenTerminals({ processId: newId(), clock: systemClock }),
    rights: { holding: refuse },
    workspaceOf: refuse,
    limits: {},
    network: { kind: 'none' },
    announce: refuse,
    hints: services.hints,
    log,
  });
  const principal = {
    kind: 'user',
    userId: userId.parse(ada.userId),
    organisationId: organisationId.parse(ada.organisationId),
    role: 'owner',
    installationRole: 'user',
    credential: { kind: 'sign_in', id: signInId.parse(ada.signInId), authenticatedAt: new Date(), isStrong: false },
  } as const;

  await expect(off.open({ principal }, principal, { sessionId, columns: 80, rows: 24 })).rejects.toMatchObject({
    code: 'sandbox.off',
    details: { reason: state.reason, remedy: state.remedy },
  });
});

describe('a terminal ends with everything in it', () => {
  /** The shell's own count of its sandbox's processes is of no use once it is gone: the host is asked. */
  async function begin(): Promise<{
    readonly terminal: Opened;
    readonly reader: TerminalReader;
    readonly left: () => Promise<number>;
  }> {
    const mark = `${Math.floor(Math.random() * 1e6) + 1e6}`;
    const terminal = await open();
    const reader = read(terminal);
    await terminal.type(`sleep ${mark} & setsid sleep ${mark} & echo begun-$((1 + 1))\r`);
    await reader.until(/begun-2/);
    const left = () => processesWith(mark);
    await expect.poll(left).toBeGreaterThanOrEqual(2);
    return { terminal, reader, left };
  }

  test('when it is closed', async () => {
    const { terminal, reader, left } = await begin();
    await terminal.do('terminals.close');
    expect(await left()).toBe(0);
    expect(await reader.untilEnd()).toEqual({ exitCode: null, message: null });
    expect(await listed()).toEqual([]);
  });

  test('when its session is deleted', async () => {
    const { reader, left } = await begin();
    await call(running, 'sessions.remove', { sessionId }, { token: ada.token });
    expect(await left()).toBe(0);
    expect(await reader.untilEnd()).toMatchObject({ message: 'Closed: the session was deleted.' });
  });

  test('when its owner may not use it any more, hint or not', async () => {
    const { left } = await begin();
    await running.database.pool.query(`UPDATE users SET status = 'suspended' WHERE id = $1`, [ada.userId]);
    await expect.poll(left, { timeout: 15_000 }).toBe(0);
  });

  test('but not when its owner signs out', async () => {
    const { left } = await begin();
    await call(running, 'auth.signOut', {}, { cookie: ada.cookie });
    running.program.services.hints.send('access', ada.userId, '');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await left()).toBeGreaterThanOrEqual(2);
  });
});

test('a flood of output that nobody reads takes no memory, and nobody else is kept waiting', async () => {
  const terminals = [await open(), await open(), await open()];
  for (const terminal of terminals) await terminal.type('yes some-words-to-fill-the-line\r');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = process.memoryUsage();
  const bystander = await newPerson(running, 'Bob');
  for (let count = 0; count < 40; count += 1) {
    expect((await call(running, 'sessions.list', {}, { token: bystander.token })).status).toBe(200);
  }
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(32 * 1024 * 1024);
  for (const terminal of terminals) await terminal.type('\x03');
  const reader = read(terminals[0] ?? (await open()));
  await reader.until(/\^C/);
  expect(reader.resets).toBe(1);
});

test('a slow reader holds the shell up and misses nothing', async () => {
  const terminal = await open();
  const reader = read(terminal);
  await reader.until(/\$ $/);
  socket.raw.pause();
  await terminal.type('seq 1 2000000; echo over-$((1 + 1))\r');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  socket.raw.resume();
  await expect.poll(() => reader.offset, { timeout: 20_000 }).toBeGreaterThan(2 * keptOutputBytes);
  await terminal.type('\x03');
  await reader.until(/\^C/);
  const numbers = [...reader.text.matchAll(/^(\d+)\r$/gm)].map(([, number]) => Number(number));
  expect(reader.resets).toBe(0);
  expect(numbers.length).toBeGreaterThan(60_000);
  expect(numbers.every((number, index) => number === index + 1)).toBe(true);
});

async function processesWith(mark: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.split('\0').includes(mark)).length;
}
