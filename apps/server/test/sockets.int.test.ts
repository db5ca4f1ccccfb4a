import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { call, procedures, wireErrorOf } from './calls.ts';
import { nowhere, validInput } from './inputs.ts';
import { newPerson, newSession, type Person } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { LogReader, TestSocket } from './test-socket.ts';

let running: RunningProgram;
let ada: Person;
beforeAll(async () => {
  running = await startProgram();
  ada = await newPerson(running);
});
afterEach(() => {
  expect(running.errors.splice(0)).toEqual([]);
});
afterAll(() => running.stop());

const signedIn = () => TestSocket.open(running, { params: { token: ada.token } });
const mebibyte = 1024 * 1024;
const operation = (id: unknown, path = 'auth.me') => ({ id, method: 'query', params: { path } });

describe('AT-17: whatever a first frame holds', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a number', 7],
    ['a list', [1]],
    ['a text of a mebibyte', 'x'.repeat(mebibyte)],
    ['nothing', undefined],
    ['a token that is a list', { token: ['a'] }],
  ])('%s as parameters, what follows is refused and the next client is served', async (_name, params) => {
    await using socket = await TestSocket.open(running, { params });
    let isClosed = false;
    void socket.closed.then(() => {
      isClosed = true;
    });
    if (socket.raw.readyState === socket.raw.OPEN) {
      for (const message of [operation(null), { id: 1, method: 'shred' }, { id: 99, method: 'subscription.stop' }]) {
        socket.send(message);
      }
      socket.send(Array.from({ length: 10_000 }, (_, id) => operation(id)));
      socket.raw.send(Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), { binary: false });
      socket.raw.send(Buffer.from('{"id":1}'), { binary: true });
    }
    await expect.poll(() => isClosed, { timeout: 10_000 }).toBe(true);
    // tRPC closes what it cannot read without a code.
    expect([1005, 1007, 1008, 1009]).toContain((await socket.closed).code);
    for (const { error, result } of socket.frames) {
      expect(result).toBeUndefined();
      expect([400, 401, 404]).toContain(error?.data.httpStatus);
    }
    await using next = await signedIn();
    expect((await next.ask('auth.me')).result?.type).toBe('data');
  });

  // At the same time: each waits for five seconds.
  test.concurrent.each<[string, () => Promise<string | null>]>([
    ['no token', () => Promise.resolve(null)],
    ['garbage', () => Promise.resolve('garbage')],
    ['a token that another installation signed', () => Promise.resolve(`${ada.token.slice(0, -4)}AAAA`)],
  ])('a socket with %s is refused everything, and closed after five seconds', async (_name, tokenOf) => {
    const token = await tokenOf();
    await using socket = await TestSocket.open(running, { params: token === null ? {} : { token } });
    const openedAt = performance.now();
    expect((await socket.ask('sessions.changes', {})).error?.data.app.code).toBe('auth.required');

    expect(await socket.closed).toEqual({ code: 4401, reason: 'nobody is signed in here' });
    expect(performance.now() - openedAt).toBeGreaterThan(4500);
    expect(performance.now() - openedAt).toBeLessThan(8000);
  });

  test.concurrent('a socket that announces no parameters is nobody, and closed like one', async () => {
    await using socket = await TestSocket.open(running);
    expect((await socket.ask('auth.me')).error?.data.app.code).toBe('auth.required');
    expect(await socket.closed).toEqual({ code: 4401, reason: 'nobody is signed in here' });
  });

  test('nothing that streams is there for everybody: the rule above would cut it off', () => {
    const open = [...procedures].filter(([, { type, meta }]) => type === 'subscription' && meta.access === 'public');
    expect(open).toEqual([]);
  });
});

test('AT-19: a socket whose sign-in holds stays open beyond those five seconds', async () => {
  const session = await newSession(running, ada);
  await using socket = await signedIn();
  const reader = await new LogReader(socket, session.id).begun();
  await expect(Promise.race([socket.closed, waited(6000)])).resolves.toBe('open');
  expect(reader.errors).toEqual([]);
});

const waited = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('open'), ms));

describe('over a socket nothing is changed', () => {
  const mutations = [...procedures].filter(([, { type }]) => type === 'mutation').map(([name]) => name);

  test.each(mutations)('%s is refused before it is counted or looked at', async (name) => {
    await using socket = await signedIn();
    const { error } = await socket.ask(name, validInput(name, nowhere()));

    expect(error?.data).toMatchObject({ httpStatus: 400, app: { code: 'request.invalid' } });
    expect(error?.data.app.fields).toBeUndefined();
  });
});

describe('AT-54: a token or a cookie that is too large', () => {
  const large = 'x'.repeat(4097);
  const verify = () => vi.spyOn(crypto.subtle, 'verify');

  test('is refused before any key is used, however it is sent', async () => {
    const verified = verify();
    try {
      for (const token of [large, `${large}.${large}`, `${ada.token}${'A'.repeat(4096)}`]) {
        const answer = await call(running, 'auth.me', undefined, { token });
        expect([answer.status, wireErrorOf(answer).details]).toEqual([401, { reason: expect.any(String) }]);
        await using socket = await TestSocket.open(running, { params: { token } });
        expect((await socket.ask('auth.me')).error?.data.app.code).toBe('auth.required');
      }
      const renewed = await call(running, 'auth.renew', {}, { cookie: `atelier_refresh=${large}` });
      expect([renewed.status, wireErrorOf(renewed).code]).toEqual([401, 'auth.required']);
      expect(verified).not.toHaveBeenCalled();
      expect((await call(running, 'auth.me', undefined, { token: ada.token })).status).toBe(200);
      expect(verified).toHaveBeenCalled();
    } finally {
      verified.mockRestore();
    }
  });
});

test('a client that does not follow when it is closed is cut off', async () => {
  await using socket = await TestSocket.open(running, { params: {} });
  // It reads nothing any more, so it never hears that it should close.
  socket.raw.pause();
  const open = async () => {
    const text = await (await fetch(`${running.url}/metrics`)).text();
    return Number(/atelier_sockets_open (\d+)/.exec(text)?.[1]);
  };
  const before = await open();
  expect(before).toBeGreaterThan(0);
  await expect.poll(open, { timeout: 10_000 }).toBe(before - 1);
  socket.raw.resume();
});
