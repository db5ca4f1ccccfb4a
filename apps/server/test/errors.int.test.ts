import http from 'node:http';
import { sessionDto } from '@atelier/contracts/sessions';
import { newId } from '@atelier/kernel/ids';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Answer, ask, call, procedures, refusal, request, type Way, wireErrorOf } from './calls.ts';
import { nowhere, validInput, type World } from './inputs.ts';
import { newOwner, newPerson, newSession, type Person, send, untilRun, upload } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { type SocketOptions, TestSocket } from './test-socket.ts';

const mebibyte = 1024 * 1024;
const json = { 'content-type': 'application/json' };

let running: RunningProgram;
let ada: Person;

beforeAll(async () => {
  running = await startProgram();
  ada = await newOwner(running);
});
afterEach(() => {
  expect(running.errors.splice(0)).toEqual([]);
});
afterAll(() => running.stop());

const post = (path: string, body: RequestInit['body'], way: Way = {}) =>
  request(running, path, { method: 'POST', body: body ?? null, headers: json }, way);
/** By any method: `fetch` sends no TRACE. */
async function asked(path: string, method: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const headers = { authorization: `Bearer ${ada.token}` };
  http.request(`${running.url}${path}`, { method, headers }).on('error', reject).on('response', resolve).end();
  const response = await promise;
  const text = (await response.toArray()).join('');
  const named = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return { status: response.statusCode ?? 0, headers: new Headers(named), text, body: JSON.parse(text) };
}
const signedIn = (options: SocketOptions = {}) =>
  TestSocket.open(running, { params: { token: ada.token }, ...options });

/** Nothing of how we are made: no stack, query, path, host, module or version. */
function tellsNothing(text: string): void {
  expect(text).not.toMatch(
    /\bat [\w.<]+ ?\(|\.m?[jt]s\b|node_modules|SELECT |INSERT |UPDATE |postgres|\/(tmp|work|home|etc|proc)\/|127\.0\.0\.1|localhost|0\.1\.0|[Ee]xpress|trpc|TRPC|zod|hunter2/,
  );
}

/** The parts of the contract that hold for every refusal over HTTP. */
function refusedWith(answer: Answer, status: number, code: string) {
  const error = wireErrorOf(answer);
  tellsNothing(answer.text);
  expect([answer.status, error.code]).toEqual([status, code]);
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(error.requestId).toBe(status === 404 ? undefined : answer.headers.get('x-request-id'));
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  expect(answer.headers.get('x-powered-by')).toBeNull();
  return error;
}

describe('over HTTP', () => {
  test.each([
    ['nobody is signed in', 'auth.me', undefined, 401, 'auth.required'],
    ['there is no such procedure', 'sessions.shred', undefined, 404, 'route.not_found'],
    ['a router is no procedure', 'sessions', undefined, 404, 'route.not_found'],
    ['the prototype is no procedure', '__proto__', undefined, 404, 'route.not_found'],
    ['what every object has is no procedure', 'sessions.constructor', undefined, 404, 'route.not_found'],
    ['nothing is no procedure', '', undefined, 404, 'route.not_found'],
    ['a text is no address', 'auth.signIn', { email: 'x', password: 'hunter2' }, 400, 'request.invalid'],
  ])('%s', async (_name, path, input, status, code) => {
    refusedWith(await call(running, path, input), status, code);
  });

  test('fields that are refused are named, with why, and never with what stood in them', async () => {
    const input = { email: 'hunter2@', password: 'hunter2'.repeat(50), name: '', isAdmin: true };

    const error = refusedWith(await call(running, 'auth.register', input), 400, 'request.invalid');

    expect(error.fields).toEqual(
      expect.arrayContaining([
        { path: 'email', problem: 'Not valid.' },
        { path: 'password', problem: 'At most 256.' },
        { path: 'name', problem: 'At least 1.' },
        { path: '', problem: 'Unknown field.' },
      ]),
    );
  });

  test('a field within a list is named by its path', async () => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: '' },
    ];
    const { fields } = await refusal(running, ada, 'messages.send', { sessionId: newId(), clientId: newId(), parts });

    expect(fields).toEqual([{ path: 'parts.1.text', problem: 'At least 1.' }]);
  });

  test.each([
    ['malformed JSON', '/trpc/auth.signIn', '{"email":', 400, 'request.invalid'],
    ['no JSON at all', '/trpc/auth.signIn', 'hunter2', 400, 'request.invalid'],
    ['nothing', '/trpc/auth.signIn', null, 400, 'request.invalid'],
    ['a null', '/trpc/auth.signIn', 'null', 400, 'request.invalid'],
    ['a list', '/trpc/auth.signIn', '[]', 400, 'request.invalid'],
    [
      'lists in lists, 100,000 deep',
      '/trpc/auth.signIn',
      '['.repeat(100_000) + ']'.repeat(100_000),
      400,
      'request.invalid',
    ],
    [
      'objects in objects, 100,000 deep',
      '/trpc/auth.signIn',
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      400,
      'request.invalid',
    ],
    ['a query by POST', '/trpc/auth.me', '{}', 400, 'request.invalid'],
    ['an address that is none', '/api/sessions/%E0%A4%A/files', '', 400, 'request.invalid'],
    ['a procedure whose name is none', '/trpc/%E0%A4%A', '{}', 400, 'request.invalid'],
    ['a route there is not', '/api/secrets', '{}', 404, 'route.not_found'],
  ])('%s is refused', async (_name, path, body, status, code) => {
    refusedWith(await post(path, body), status, code);
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE'])('a change by %s is refused, and does not happen', async (method) => {
    const session = await newSession(running, ada);
    const input = JSON.stringify({ sessionId: session.id });
    const body = method === 'GET' ? {} : { body: input };
    const path = `/trpc/sessions.remove?${new URLSearchParams({ input })}`;

    const answer = await request(running, path, { method, headers: json, ...body }, { token: ada.token });

    refusedWith(answer, 400, 'request.invalid');
    expect(await ask(running, ada, 'sessions.open', { sessionId: session.id }, anything)).toBeDefined();
  });

  test.each(['TRACE', 'PROPFIND', 'QUERY'])(
    'a procedure by %s, which no procedure knows, is refused',
    async (method) => {
      for (const path of ['auth.signOut', 'auth.me', 'gone', 'auth.me,auth.me?batch=1']) {
        refusedWith(await asked(`/trpc/${path}`, method), 400, 'request.invalid');
      }
    },
  );

  test('input in the address that is no JSON is refused', async () => {
    refusedWith(
      await request(running, '/trpc/sessions.list?input={', {}, { token: ada.token }),
      400,
      'request.invalid',
    );
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'text/json',
    '',
  ])('a body of type %j is refused', async (type) => {
    const body = new TextEncoder().encode('{"files[0][path]":"/etc/passwd"}');
    const answer = await request(running, '/trpc/auth.signOut', {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });

    refusedWith(answer, 415, 'request.unsupported_media');
  });

  test.each([
    ['a comma', ','],
    ['a comma in disguise', '%2C'],
  ])('twenty calls may come in one request, and one more may not, with %s', async (_name, comma) => {
    const inOne = (count: number) =>
      request(running, `/trpc/${Array(count).fill('system.status').join(comma)}?batch=1&input={}`);

    expect((await inOne(20)).status).toBe(200);
    refusedWith(await inOne(21), 400, 'request.invalid');
  });

  test('each call of a batch is refused by itself', async () => {
    const answer = await request(running, '/trpc/system.status,auth.me,sessions.shred?batch=1&input={}');

    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject([
      { result: { data: { hasUsers: true } } },
      { error: { data: { app: { code: 'auth.required' } } } },
      { error: { data: { app: { code: 'route.not_found' } } } },
    ]);
    tellsNothing(answer.text.replace(/"version":"[^"]*"/, ''));
  });

  test('a body of one mebibyte is read and one byte more is refused, declared or not', async () => {
    const ofSize = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
    const streamed = (bytes: number) =>
      request(running, '/trpc/auth.signIn', {
        method: 'POST',
        body: new Blob([ofSize(bytes)]).stream(),
        headers: json,
        duplex: 'half',
      } as RequestInit);

    refusedWith(await post('/trpc/auth.signIn', ofSize(mebibyte)), 400, 'request.invalid');
    refusedWith(await post('/trpc/auth.signIn', ofSize(mebibyte + 1)), 413, 'request.too_large');
    refusedWith(await streamed(mebibyte), 400, 'request.invalid');
    refusedWith(await streamed(mebibyte + 1), 413, 'request.too_large');
  });

  test('a body ten times too large is refused before it is taken in', async () => {
    const before = process.memoryUsage.rss();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post('/trpc/auth.signIn', 'x'.repeat(10 * mebibyte)).catch(() => null)),
    );

    // The connection may be closed while the rest is on its way: the sender then hears nothing more.
    for (const answer of answers) if (answer) expect(answer.status).toBe(413);
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 * mebibyte);
  });

  test('a write on top of a newer one is told the version there is', async () => {
    const { id, version } = await newSession(running, ada);
    await ask(running, ada, 'sessions.rename', { sessionId: id, title: 'New', version }, sessionDto);

    const answer = await call(
      running,
      'sessions.rename',
      { sessionId: id, title: 'Old', version },
      { token: ada.token },
    );

    expect(refusedWith(answer, 409, 'session.stale').details).toEqual({ version: version + 1 });
  });

  test('a body that is broken off does no harm', async () => {
    await new Promise<void>((resolve) => {
      const broken = http.request(`${running.url}/trpc/auth.signIn`, {
        method: 'POST',
        headers: { ...json, 'content-length': 1000 },
      });
      broken.on('error', () => undefined).on('close', () => resolve());
      broken.write('{"email":', () => broken.destroy());
    });

    expect((await request(running, '/health')).status).toBe(200);
  });
});

const anything = { parse: (value: unknown) => value } as Parameters<typeof ask<unknown>>[4];

describe('a failure that nobody foresaw', () => {
  const secret = 'password=hunter2 in SELECT * FROM users at /etc/atelier on postgres:5432';

  test('says that it is ours and a request id, and tells the log everything', async () => {
    vi.spyOn(running.program.services.system, 'about').mockImplementation(() => {
      throw new Error(secret);
    });
    await using socket = await signedIn();
    try {
      const answer = await call(running, 'system.about', undefined, { token: ada.token });
      const error = refusedWith(answer, 500, 'internal.unexpected');
      expect(error).toEqual({
        code: 'internal.unexpected',
        message: 'Something went wrong on our side. Nothing you typed is lost.',
        retryable: true,
        requestId: expect.any(String),
      });
      const streamed = await request(
        running,
        '/trpc/system.about?batch=1&input={}',
        { headers: { 'trpc-accept': 'application/jsonl' } },
        { token: ada.token },
      );
      expect(streamed.text).toContain('internal.unexpected');
      tellsNothing(streamed.text);

      const overSocket = (await socket.ask('system.about')).error;
      expect(overSocket?.data.app).toEqual({ ...error, requestId: expect.any(String) });
      tellsNothing(socket.texts.join('').replaceAll('"path":"system.about"', ''));

      const logged = running.errors.splice(0);
      expect(logged).toHaveLength(3);
      expect(logged[0]).toMatchObject({ requestId: error.requestId, procedure: 'system.about' });
      expect(JSON.stringify(logged.map((fields) => messagesIn(fields)))).toContain(secret);
    } finally {
      vi.mocked(running.program.services.system.about).mockRestore();
    }
    expect((await socket.ask('system.about')).result?.type).toBe('data');
  });

  test('in a subscription ends it and not the socket', async () => {
    const session = await newSession(running, ada);
    vi.spyOn(running.program.services.feeds, 'follow').mockRejectedValueOnce(new TypeError(secret));
    await using socket = await signedIn();

    socket.start('sessions.events', { sessionId: session.id });
    const { error } = await socket.frame((frame) => frame.error !== undefined);

    expect(error?.data.app.code).toBe('internal.unexpected');
    tellsNothing(socket.texts.join('').replaceAll('"path":"sessions.events"', ''));
    expect((await socket.ask('auth.me')).result?.type).toBe('data');
  });

  test('in a route beside tRPC looks the same', async () => {
    vi.spyOn(running.program.services.workspaces, 'download').mockRejectedValueOnce(new Error(secret));

    const answer = await request(running, `/api/sessions/${newId()}/files?path=a`, {}, { token: ada.token });

    refusedWith(answer, 500, 'internal.unexpected');
    expect(running.errors.splice(0)).toHaveLength(1);
  });
});

/** The messages of an error and of what caused it. */
function messagesIn(fields: unknown): readonly string[] {
  const error: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, 'error') : fields;
  return error instanceof Error ? [error.message, ...messagesIn({ error: error.cause })] : [];
}

test('while the database is away, callers are told to come back and which part is missing', async () => {
  const { pool } = running.database;
  const blocker = await pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('LOCK TABLE agent_sessions IN ACCESS EXCLUSIVE MODE');
  try {
    const waiting = call(running, 'sessions.list', {}, { token: ada.token });
    await expect
      .poll(async () => {
        const { rows } = await pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%agent_sessions%'`,
        );
        return rows.length;
      })
      .toBeGreaterThan(0);
    const answer = await waiting;

    expect(refusedWith(answer, 503, 'service.unavailable')).toMatchObject({
      retryable: true,
      retryAfterMs: 2000,
      details: { part: 'storage' },
    });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(running.errors.splice(0)).toHaveLength(1);
  } finally {
    await blocker.query('ROLLBACK');
    blocker.release();
  }
  // The pool may give out the broken connection once more before it hears that it is one.
  await expect
    .poll(async () => (await call(running, 'sessions.list', {}, { token: ada.token })).status, { timeout: 10_000 })
    .toBe(200);
  running.errors.splice(0);
});

test('a server that stops finishes what it has, takes nothing new, and says when to come back', async () => {
  await using second = await startProgram({ env: { STOP_GRACE_SECONDS: '20' } });
  const bea = await newPerson(second);
  const session = await newSession(second, bea);
  await using socket = await TestSocket.open(second, { params: { token: bea.token } });
  await socket.ask('auth.me');
  second.clock.hold();
  const { runId } = await send(second, bea, session.id, 'count to 3');
  await expect.poll(() => second.clock.held).toBe(1);
  const stopping = second.halt();

  const refused = await call(second, 'messages.send', validInput('messages.send', nowhere()), { token: bea.token });
  expect(refusedWith(refused, 503, 'service.draining')).toMatchObject({ retryable: true, retryAfterMs: 2000 });
  expect(refused.headers.get('retry-after')).toBe('2');
  expect((await request(second, '/ready')).status).toBe(503);
  expect((await request(second, '/health')).status).toBe(200);
  expect((await call(second, 'sessions.open', { sessionId: session.id }, { token: bea.token })).status).toBe(200);
  expect(await socket.frame(({ method }) => method === 'reconnect')).toBeDefined();

  second.clock.release();
  await untilRun(second, runId, 'succeeded');
  expect(await socket.closed).toMatchObject({ code: 1012 });
  await stopping;
  await expect(fetch(`${second.url}/health`)).rejects.toThrow();
});

describe('where a request comes from', () => {
  const foreign = (): readonly (readonly [string, string])[] => [
    ['another site', 'https://evil.example'],
    ['nowhere', 'null'],
    ['a name that begins like ours', `${running.url}.evil.example`],
    ['another port', `http://127.0.0.1:${running.port + 1}`],
    ['another scheme', running.url.replace('http:', 'https:')],
    ['nothing', ''],
  ];

  test('a change from another site is refused', async () => {
    for (const [name, origin] of foreign()) {
      const answer = await post('/trpc/auth.signOut', null, { headers: { origin } });
      if (origin !== '') refusedWith(answer, 403, 'request.forbidden_origin');
      expect(answer.status, name).toBe(403);
    }
  });

  test('a change by our own page, or by a program without cookies, is not', async () => {
    const ways: readonly Way[] = [
      {},
      { headers: { origin: running.url } },
      { headers: { origin: running.url.replace('127.0.0.1', 'localhost') } },
      { headers: { 'sec-fetch-site': 'same-origin', cookie: 'a=b' } },
      { headers: { 'sec-fetch-site': 'none', cookie: 'a=b' } },
    ];
    for (const way of ways) expect((await post('/trpc/auth.signOut', '{}', way)).status).toBe(200);
  });

  test.each<[string, Way]>([
    ['with a cookie and without an origin', { headers: { cookie: 'a=b' } }],
    ['that the browser says comes from another site', { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['that the browser says comes from a sibling', { headers: { 'sec-fetch-site': 'same-site', cookie: 'a=b' } }],
  ])('a change %s is refused', async (_name, way) => {
    refusedWith(await post('/trpc/auth.signOut', null, way), 403, 'request.forbidden_origin');
    const path = `/api/sessions/${newId()}/files?name=a`;
    refusedWith(await post(path, 'a', { ...way, token: ada.token }), 403, 'request.forbidden_origin');
  });

  test('no other site is ever allowed to read an answer', async () => {
    for (const path of ['/', '/health', '/trpc/system.status', '/trpc/auth.signIn', `/api/sessions/${newId()}/files`]) {
      for (const method of ['GET', 'OPTIONS']) {
        const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
        const answer = await request(running, path, { method, headers });
        const allowing = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect(allowing).toEqual([]);
      }
    }
  });

  test('a socket from another site, or with a cookie from nowhere, is refused before it is one', async () => {
    for (const [name, origin] of foreign()) {
      await expect(TestSocket.open(running, { origin, params: { token: ada.token } }), name).rejects.toThrow('403');
    }
    await expect(TestSocket.open(running, { cookie: ada.cookie })).rejects.toThrow('403');
    await using own = await signedIn({ origin: running.url, cookie: ada.cookie });
    expect((await own.ask('auth.me')).result?.type).toBe('data');
  });

  test('there is a socket at one address only', async () => {
    for (const path of ['/', '/trpc/', '/trpc/auth.me', '/api', '//trpc']) {
      await expect(open(new WebSocket(`${running.url.replace('http', 'ws')}${path}`))).rejects.toThrow('404');
    }
  });

  test.each(['a b', '[::1', 'a:99999', '%'])(
    'a host named %j makes neither a socket nor an error of ours',
    async (host) => {
      const url = `${running.url.replace('http', 'ws')}/trpc`;
      await expect(open(new WebSocket(url, { headers: { host } }))).rejects.toThrow('400');

      const status = await new Promise<number | undefined>((resolve) => {
        http.get(`${running.url}/trpc/system.status`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
      });
      expect(status).toBe(400);
    },
  );
});

async function open(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  }).finally(() => socket.terminate());
}

describe('over a socket', () => {
  test('a refusal is the same as over HTTP', async () => {
    await using socket = await signedIn();
    for (const [path, input] of [
      ['sessions.open', { sessionId: newId() }],
      ['sessions.open', { sessionId: 'x' }],
      ['sessions.shred', {}],
    ] as const) {
      const overHttp = await refusal(running, ada, path, input);
      const overSocket = (await socket.ask(path, input)).error?.data.app;
      expect(overSocket).toEqual({
        ...overHttp,
        ...(overHttp.requestId === undefined ? {} : { requestId: expect.any(String) }),
      });
    }
    tellsNothing(socket.texts.join('').replaceAll(/"path":"[^"]*"/g, ''));
  });

  const invalidUtf8 = Buffer.from([0x7b, 0xc3, 0x28, 0x7d]);
  const connectionParams = (data: unknown) => JSON.stringify({ method: 'connectionParams', data });

  test.each<[string, string | Buffer]>([
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['a text', '"hello"'],
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['an object without anything', '{}'],
    ['null as parameters', connectionParams(null)],
    ['a number as parameters', connectionParams(7)],
    ['a list as parameters', connectionParams([1])],
    ['a text as parameters', connectionParams('x')],
    ['a token that is a number', connectionParams({ token: 7 })],
    ['a token that is an object', connectionParams({ token: { $ne: 1 } })],
    ['a token of 5,000 characters', connectionParams({ token: 'x'.repeat(5000) })],
    ['a text of nearly a mebibyte', connectionParams('x'.repeat(mebibyte - 100))],
    ['more than a mebibyte', connectionParams('x'.repeat(mebibyte))],
    ['bytes', Buffer.from([1, 2, 3])],
    ['bytes that are no text', invalidUtf8],
    ['an operation', JSON.stringify({ id: 1, method: 'query', params: { path: 'auth.me' } })],
  ])('a first frame that is %s lets nobody in and harms nobody', async (_name, first) => {
    await using socket = await TestSocket.open(running, { query: { connectionParams: '1' } });
    let isClosed = false;
    void socket.closed.then(() => {
      isClosed = true;
    });
    socket.raw.send(first, { binary: false });
    if (!isClosed) socket.start('auth.me');
    await expect
      .poll(() => isClosed || socket.frames.some(({ id }) => id === 1001), { timeout: 10_000, interval: 5 })
      .toBe(true);

    for (const { error, result } of socket.frames) {
      expect(result).toBeUndefined();
      expect(error?.data.httpStatus).toBeLessThan(500);
    }
    if (isClosed) expect([1005, 1007, 1008, 1009]).toContain((await socket.closed).code);
    await using next = await signedIn();
    expect((await next.ask('auth.me')).result?.type).toBe('data');
  });

  test.each<[string, unknown]>([
    ['no id', { id: null, method: 'query', params: { path: 'auth.me' } }],
    ['an unknown method', { id: 1, method: 'shred', params: { path: 'auth.me' } }],
    ['no path', { id: 1, method: 'query', params: {} }],
    ['the prototype as its path', { id: 1, method: 'query', params: { path: '__proto__' } }],
    ['a mutation as a query', { id: 1, method: 'query', params: { path: 'sessions.create' } }],
    ['a query as a subscription', { id: 1, method: 'subscription', params: { path: 'auth.me' } }],
    ['a subscription as a query', { id: 1, method: 'query', params: { path: 'sessions.changes', input: {} } }],
    ['an id that is an object', { id: {}, method: 'query', params: { path: 'auth.me' } }],
    [
      'a place in the log that is none',
      {
        id: 1,
        method: 'subscription',
        params: { path: 'sessions.events', input: { sessionId: newId() }, lastEventId: "1';--" },
      },
    ],
    [
      'a place in the log beyond all',
      {
        id: 1,
        method: 'subscription',
        params: { path: 'sessions.events', input: { sessionId: newId() }, lastEventId: '9'.repeat(16) },
      },
    ],
    ['an empty object', {}],
    ['a list of nothing', [null]],
    ['malformed JSON', '{"id":1,'],
    ['bytes', Buffer.from('{"id":1}')],
  ])('an operation with %s is refused and the socket stays', async (_name, message) => {
    await using socket = await signedIn();
    socket.send(message);
    const { error } = await socket.frame((frame) => frame.error !== undefined);

    expect([400, 404]).toContain(error?.data.httpStatus);
    expect((await socket.ask('auth.me')).result?.type).toBe('data');
  });

  test('the end of a subscription that never began changes nothing', async () => {
    await using socket = await signedIn();
    socket.stop(4711);
    expect((await socket.ask('auth.me')).result?.type).toBe('data');
  });

  test.each<[string, unknown]>([
    ['malformed JSON', '{"id":1,'],
    ['frames that are no operation', { hello: 'world' }],
    ['operations without an id', { id: null, method: 'query', params: { path: 'auth.me' } }],
    ['malformed input', { id: 1, method: 'query', params: { path: 'sessions.open', input: { sessionId: 7 } } }],
  ])('three frames of %s within a minute close it', async (_name, message) => {
    await using socket = await signedIn();
    await socket.ask('auth.me');
    for (let count = 0; count < 2; count += 1) socket.send(message);
    expect((await socket.ask('auth.me')).result?.type).toBe('data');
    socket.send(message);

    expect(await socket.closed).toEqual({ code: 1008, reason: 'too many malformed messages' });
  });

  test('ten thousand operations in one frame are not begun', async () => {
    const about = vi.spyOn(running.program.services.system, 'about');
    await using socket = await signedIn();
    await socket.ask('auth.me');
    const operation = { method: 'query', params: { path: 'system.about' } };
    socket.send(Array.from({ length: 10_000 }, (_, id) => ({ id: id + 10, ...operation })));

    expect((await socket.frame(({ error }) => error !== undefined)).error?.data.httpStatus).toBe(400);
    expect(about).not.toHaveBeenCalled();
    about.mockRestore();
  });

  test('a frame of one mebibyte is read, and one byte more closes the socket', async () => {
    await using socket = await signedIn();
    const empty = JSON.stringify({ id: 1, method: 'query', params: { path: 'auth.me', input: '' } });
    const ofSize = (bytes: number) => empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
    socket.send(ofSize(mebibyte));
    expect((await socket.frame(({ id }) => id === 1)).result?.type).toBe('data');
    socket.send(ofSize(mebibyte + 1));

    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  test('a socket that says nothing is closed', async () => {
    await using socket = await TestSocket.open(running, { query: { connectionParams: '1' } });
    expect(await socket.closed).toEqual({ code: 1008, reason: 'nothing was sent' });
  });
});

describe('whatever is sent', () => {
  const subscriptions = [...procedures].filter(([, { type }]) => type === 'subscription').map(([name]) => name);

  test.each(subscriptions)('%s takes no field it does not know', async (name) => {
    for (const key of ['id', 'userId', 'organisationId', 'isAdmin']) {
      await using socket = await signedIn();
      const { error } = await socket.ask(name, { ...validInput(name, nowhere()), [key]: newId() });
      expect(error?.data.app.code).toBe('request.invalid');
    }
  });

  test('a prototype in the input changes no object of ours', async () => {
    const body = `{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"clientId":"${newId()}"}`;
    const answer = await post('/trpc/sessions.create', body, { token: ada.token });

    expect(answer.status).toBe(400);
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  });

  test.each<[string, string, object]>([
    ['a page of -1', 'sessions.list', { limit: -1 }],
    ['a page of a billion', 'sessions.list', { limit: 1e9 }],
    ['half a page', 'sessions.list', { limit: 1.5 }],
    ['a page that is no number', 'sessions.list', { limit: null }],
    ['an order', 'sessions.list', { orderBy: 'id; drop table users' }],
    ['a status that is an object', 'sessions.list', { status: { $ne: 'open' } }],
    ['a cursor that is none', 'sessions.list', { cursor: "1' OR 1=1 --" }],
    [
      'a cursor with other things in it',
      'sessions.list',
      { cursor: Buffer.from('["2026-01-01T00:00:00Z","x"]').toString('base64url') },
    ],
    ['an id that is an object', 'sessions.open', { sessionId: { $ne: 1 } }],
    ['an id that is a list', 'sessions.open', { sessionId: [newId()] }],
    ['an id with more behind it', 'sessions.open', { sessionId: `${newId()}'--` }],
    ['a version beyond all integers', 'sessions.rename', { sessionId: newId(), title: 'a', version: 1e300 }],
    ['a place that is negative', 'messages.history', { sessionId: newId(), before: -1 }],
    ['no parts', 'messages.send', { sessionId: newId(), clientId: newId(), parts: [] }],
    [
      'too many parts',
      'messages.send',
      { sessionId: newId(), clientId: newId(), parts: Array(22).fill({ type: 'text', text: 'a' }) },
    ],
    [
      'a text that is too long',
      'messages.send',
      { sessionId: newId(), clientId: newId(), parts: [{ type: 'text', text: 'a'.repeat(200_001) }] },
    ],
    ['a title with a control character', 'sessions.create', { clientId: newId(), title: 'a\u0007b' }],
  ])('%s is refused', async (_name, path, input) => {
    expect((await refusal(running, ada, path, input)).code).toBe('request.invalid');
  });

  test('numbers that fit the wire and not the table are no error of ours', async () => {
    const session = await newSession(running, ada);
    for (const version of [2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER]) {
      const input = { sessionId: session.id, title: 'a', version };
      expect((await refusal(running, ada, 'sessions.rename', input)).code).toBe('session.stale');
    }
    const before = Number.MAX_SAFE_INTEGER;
    expect(
      (await call(running, 'messages.history', { sessionId: session.id, before }, { token: ada.token })).status,
    ).toBe(200);
  });

  const hostile = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom<unknown>(
      ...['', ' ', '\u0000', '\ud800', 'a'.repeat(3000), '{"$ne":1}', '1;--', "' OR 1=1 --", '../../etc/passwd', '%00'],
      ...[-1, 0, 1.5, 1e9, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, true, null],
      ...[{ $ne: 1 }, { not: '' }, [], [[]], {}, newId(), '0001-01-01T00:00:00Z', '__proto__'],
    ),
  );
  /** A valid input with one field changed, added or taken away; or something else entirely. */
  const inputOf = (valid: object | undefined) =>
    fc.oneof(
      hostile,
      fc
        .tuple(fc.constantFrom(...Object.keys(valid ?? {}), 'extra'), hostile)
        .map(([key, value]) => ({ ...valid, [key]: value })),
      fc.constantFrom(...Object.keys(valid ?? {}), 'a').map((key) => ({ ...valid, [key]: undefined })),
    );

  test.each([...procedures.keys()])(
    '%s answers thirty malformed inputs without an error of ours',
    async (name) => {
      const world = await fuzzedWorld();
      const inputs = fc.sample(inputOf(validInput(name, world)), { numRuns: 30, seed: 20_260_101 });
      const others: string[] = [];
      while (inputs.length > 0) {
        const answers = await Promise.all(
          inputs
            .splice(0, 15)
            .map(async (input) => ({ input, answer: await call(running, name, input, { token: ada.token }) })),
        );
        for (const { input, answer } of answers) {
          if (answer.status >= 500 || /internal\.unexpected/.test(answer.text)) others.push(JSON.stringify(input));
          if (answer.status !== 200) tellsNothing(answer.text.replaceAll(/"path":"[\w.]*"/g, ''));
        }
      }
      expect(others).toEqual([]);
      expect((await request(running, '/health')).status).toBe(200);
    },
    60_000,
  );

  test('routes beside tRPC answer malformed addresses without an error of ours', async () => {
    const { sessionId } = await fuzzedWorld();
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.constantFrom('../x', '\u0000', '%', 'a'.repeat(3000)),
    );
    const queries = fc.sample(fc.dictionary(fc.constantFrom('name', 'path', 'purpose', 'directory', 'x'), words), {
      numRuns: 200,
      seed: 7,
    });
    for (const query of queries) {
      const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, value.toWellFormed()]));
      const path = `/api/sessions/${sessionId}/files?${search}`;
      for (const init of [{}, { method: 'POST', body: 'x' }]) {
        const answer = await request(running, path, init, { token: ada.token });
        expect([200, 201, 400, 404, 409]).toContain(answer.status);
      }
    }
    for (const path of ['name=a&name=b', 'name[]=a', 'name[toString]=a', 'path=a&path=b']) {
      const answer = await request(running, `/api/sessions/${sessionId}/files?${path}`, {}, { token: ada.token });
      expect(answer.status).toBe(400);
    }
  });

  async function fuzzedWorld(): Promise<World> {
    const session = await newSession(running, ada);
    const answer = await upload(running, ada, session.id, { name: 'a.txt', content: 'a' });
    const { runId } = await send(running, ada, session.id, 'count to 2');
    await untilRun(running, runId, 'succeeded');
    const { id, path } = answer.body as { id: string; path: string };
    return { ...nowhere(), sessionId: session.id, runId, uploadId: id, path };
  }
});
