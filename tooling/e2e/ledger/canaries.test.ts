import { randomBytes, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { startModelServer } from '@atelier/model-server/model-server';
import pg from 'pg';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { facesOf, newCanary } from '../src/canaries.ts';
import { RunningProgram } from '../src/program.ts';

const password = `correct horse ${newCanary()}`;
/** Without what an address or a URL cannot hold. */
const plain = () => `canary${randomBytes(24).toString('hex')}`;

const secrets = {
  AUTH_SECRET: newCanary(),
  AUTH_SECRET_PREVIOUS: newCanary(),
  encryptionKey: randomBytes(32),
  METRICS_TOKEN: plain(),
  OPENAI_API_KEY: plain(),
  providerKey: plain(),
  GOOGLE_CLIENT_SECRET: newCanary(),
  GITHUB_CLIENT_SECRET: newCanary(),
  OIDC_CLIENT_SECRET: newCanary(),
  databasePassword: plain(),
  smtpPassword: plain(),
};

interface Seen {
  readonly status: number;
  readonly headers: string;
  readonly text: string;
}

/** Asks, and keeps everything that was answered. */
class Witness {
  readonly answers: Seen[] = [];
  readonly frames: string[] = [];
  readonly #url: string;
  token = '';
  cookie = '';

  constructor(url: string) {
    this.#url = url;
  }

  async ask(path: string, init: RequestInit = {}, isSignedIn = true): Promise<Seen> {
    const headers = new Headers(init.headers);
    if (isSignedIn && this.token !== '') headers.set('authorization', `Bearer ${this.token}`);
    const response = await fetch(`${this.#url}${path}`, { ...init, headers });
    const set = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '');
    const [cookie] = set.filter((value) => value.includes('refresh='));
    if (cookie) this.cookie = cookie;
    // What it sets is the person's own; all other headers count.
    const shown = [...response.headers].filter(([name]) => name !== 'set-cookie');
    const seen = { status: response.status, headers: JSON.stringify(shown), text: await response.text() };
    this.answers.push(seen);
    return seen;
  }

  async post(procedure: string, input: unknown, headers: Record<string, string> = {}): Promise<Seen> {
    const body = JSON.stringify(input);
    return await this.ask(`/trpc/${procedure}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  async query(procedure: string, input?: unknown): Promise<Seen> {
    const search = input === undefined ? '' : `?${new URLSearchParams({ input: JSON.stringify(input) })}`;
    return await this.ask(`/trpc/${procedure}${search}`);
  }

  /** Under a name that is not the server's. */
  async askAs(host: string): Promise<Seen> {
    const seen = await new Promise<Seen>((resolve, reject) => {
      const asking = httpRequest(`${this.#url}/trpc/system.status`, { headers: { host } }, async (response) => {
        let text = '';
        for await (const chunk of response) text += String(chunk);
        resolve({ status: response.statusCode ?? 0, headers: JSON.stringify(response.headers), text });
      });
      asking.on('error', reject).end();
    });
    this.answers.push(seen);
    return seen;
  }

  /** Follows a session over a socket until `isDone` says so of all that came. */
  async follow(sessionId: string, isDone: (text: string) => boolean): Promise<void> {
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/trpc?connectionParams=1`);
    const received: string[] = [];
    socket.on('message', (data) => {
      const text = data.toString();
      received.push(text);
      this.frames.push(text);
    });
    socket.on('open', () => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: { token: this.token } }));
      const input = { sessionId, lastEventId: '0' };
      socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'sessions.events', input } }));
      socket.send('{"id":2,');
      socket.send(
        JSON.stringify({ id: 3, method: 'query', params: { path: 'sessions.open', input: { sessionId: 7 } } }),
      );
    });
    await expect.poll(() => isDone(received.join('\n')), { timeout: 30_000 }).toBe(true);
    socket.terminate();
  }
}

const data = (seen: Seen): Record<string, unknown> => {
  if (seen.status !== 200) throw new Error(`${seen.status}: ${seen.text}`);
  return JSON.parse(seen.text).result.data;
};

/** Everything in a column that is a secret by its name, or that is bytes. */
async function storedSecrets(connection: pg.Client): Promise<readonly (string | Buffer)[]> {
  const columns = await connection.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
      WHERE table_schema = 'public' AND (data_type = 'bytea' OR column_name ~ '(hash|sealed|secret|verifier|nonce)')`,
  );
  const found: (string | Buffer)[] = [];
  for (const { table, column } of columns.rows) {
    const { rows } = await connection.query(
      `SELECT "${column}" AS value FROM "${table}" WHERE "${column}" IS NOT NULL`,
    );
    found.push(...rows.map(({ value }): string | Buffer => value));
  }
  return found.filter((value) => value.length >= 16);
}

const tellTale =
  /\n\s+at |node_modules|\/(home|tmp|usr|var|opt|root|srv)\/|apps\/server|\.[jt]s:\d|\b(SELECT|INSERT|UPDATE|DELETE)\b|relation |postgres|pg_|typeorm|express|127\.0\.0\.1|localhost|ECONN|\d+\.\d+\.\d+/;

test('AT-58, AT-59: no secret is seen in a log, an answer, a frame or a figure, and a refusal tells nothing of us', async () => {
  await using model = await startModelServer({ key: secrets.OPENAI_API_KEY });
  // Its database is the one that the program under test reaches by a URL with a password.
  await using owner = await RunningProgram.start({ role: 'server' });
  const host = encodeURIComponent(owner.database.host);
  await using program = await RunningProgram.start({
    env: {
      LOG_LEVEL: 'trace',
      DATABASE_URL: `postgresql://postgres:${secrets.databasePassword}@localhost/postgres?host=${host}`,
      AUTH_SECRET: secrets.AUTH_SECRET,
      AUTH_SECRET_PREVIOUS: secrets.AUTH_SECRET_PREVIOUS,
      ENCRYPTION_KEYS: `v1:${secrets.encryptionKey.toString('base64')}`,
      METRICS_TOKEN: secrets.METRICS_TOKEN,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: secrets.OPENAI_API_KEY,
      MODEL: model.model,
      GOOGLE_CLIENT_ID: 'google',
      GOOGLE_CLIENT_SECRET: secrets.GOOGLE_CLIENT_SECRET,
      GITHUB_CLIENT_ID: 'github',
      GITHUB_CLIENT_SECRET: secrets.GITHUB_CLIENT_SECRET,
      // Nobody listens there: the discovery and each mail fail.
      OIDC_ISSUER: 'http://localhost:9',
      OIDC_CLIENT_ID: 'oidc',
      OIDC_CLIENT_SECRET: secrets.OIDC_CLIENT_SECRET,
      SMTP_URL: `smtp://bot:${secrets.smtpPassword}@127.0.0.1:9`,
      MAIL_FROM: 'Atelier <atelier@example.com>',
      LIMIT_REPORTS: '1',
      UPLOAD_MAX_MB: '1',
    },
  });
  const witness = new Witness(program.url);
  const database = new pg.Client(owner.database);
  database.on('error', () => undefined);
  await database.connect();

  const account = { email: `${randomUUID()}@example.com`, password, name: 'Ada' };
  // Where no mail is sent, so that nobody has to open one.
  data(await new Witness(owner.url).post('auth.register', account));
  witness.token = String(data(await witness.post('auth.signIn', { email: account.email, password })).accessToken);
  const personal = { ...witness };
  const { id: organisation } = data(await witness.post('organisations.create', { name: 'Lab' }));
  const switched = data(await witness.post('organisations.switch', { organisationId: organisation }));
  witness.token = String(switched.accessToken);
  const invitation = { email: 'bea@example.com', role: 'viewer', delivery: 'mail' };
  data(await witness.post('invitations.create', invitation));
  const sessionId = String(data(await witness.post('sessions.create', { clientId: randomUUID() })).id);
  const say = async (text: string) =>
    await witness.post('messages.send', { sessionId, clientId: randomUUID(), parts: [{ type: 'text', text }] });
  await say('[[tool write_file {"path":"a.txt","text":"hello"}]] [[tokens 20 @0]]');
  await witness.follow(sessionId, (text) => text.includes('t000020') && text.includes('run.finished'));
  await say('[[status 401]]');
  await witness.follow(sessionId, (text) => text.includes('"state":"failed"'));
  await witness.ask(`/api/sessions/${sessionId}/files?name=b.txt`, {
    method: 'POST',
    body: 'uploaded',
    headers: { 'content-type': 'text/plain' },
  });
  for (const procedure of [
    'auth.me',
    'system.about',
    'system.status',
    'audit.list',
    'organisations.list',
    'sessions.list',
  ]) {
    await witness.query(procedure, /^(audit|sessions)/.test(procedure) ? {} : undefined);
  }
  await witness.query('sessions.open', { sessionId });
  await witness.ask('/api/audit/export?format=json');
  await witness.post('auth.renew', {}, { cookie: witness.cookie, origin: program.url });
  await database.query(`UPDATE users SET installation_role = 'owner' WHERE email = $1`, [account.email]);
  // One that refuses it, and one that is not there.
  for (const baseUrl of [model.url, 'http://127.0.0.1:9/v1']) {
    const given = { name: 'Ours', kind: 'openai_compatible', baseUrl, apiKey: secrets.providerKey };
    const { id: providerId } = data(await witness.post('providers.create', given));
    expect(data(await witness.post('providers.test', { providerId })).ok).toBe(false);
    await witness.post('providers.fetchModels', { providerId });
    await witness.post('providers.connect', { providerId, apiKey: secrets.providerKey, unknown: 1 });
  }
  for (const procedure of ['providers.list', 'models.available']) await witness.query(procedure);
  await witness.query('audit.list', { scope: 'installation' });
  await database.query(`UPDATE users SET installation_role = 'user'`);
  await database.query(`UPDATE accounts SET access_token_sealed = $1, refresh_token_sealed = $2`, [
    newCanary(),
    newCanary(),
  ]);
  await witness.query('auth.me');

  const refusals: readonly (readonly [number, () => Promise<Seen>])[] = [
    [
      400,
      () =>
        witness.ask('/trpc/sessions.create', {
          method: 'POST',
          body: '{"a":',
          headers: { 'content-type': 'application/json' },
        }),
    ],
    [400, () => witness.askAs('evil.example')],
    [401, () => witness.post('auth.signIn', { ...account, name: undefined, password: `${password}!` })],
    [
      401,
      () =>
        witness.ask(
          '/trpc/auth.me',
          { headers: { authorization: `Bearer ${personal.token.slice(0, -4)}AAAA` } },
          false,
        ),
    ],
    [403, () => witness.post('sessions.create', { clientId: randomUUID() }, { origin: 'https://evil.example' })],
    [403, () => witness.query('installation.settings')],
    [404, () => witness.query('sessions.open', { sessionId: randomUUID() })],
    [404, () => witness.ask('/api/nothing')],
    [409, () => witness.post('invitations.create', invitation)],
    [
      413,
      () =>
        witness.ask('/trpc/sessions.create', {
          method: 'POST',
          body: 'x'.repeat(1_100_000),
          headers: { 'content-type': 'application/json' },
        }),
    ],
    [
      413,
      () =>
        witness.ask(`/api/sessions/${sessionId}/files?name=large`, {
          method: 'POST',
          body: 'x'.repeat(1_100_000),
          headers: { 'content-type': 'text/plain' },
        }),
    ],
    [
      415,
      () =>
        witness.ask('/trpc/sessions.create', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }),
    ],
    [429, () => report(witness).then(() => report(witness))],
    [
      500,
      async () => {
        await database.query('ALTER TABLE messages RENAME TO messages_away');
        const seen = await witness.query('sessions.open', { sessionId });
        await database.query('ALTER TABLE messages_away RENAME TO messages');
        return seen;
      },
    ],
  ];
  for (const [status, refuse] of refusals) checkRefusal(await refuse(), status);
  await witness.ask('/auth/oauth/oidc/start', { redirect: 'manual' });
  const metrics = await witness.ask(
    '/metrics',
    { headers: { authorization: `Bearer ${secrets.METRICS_TOKEN}` } },
    false,
  );
  expect(metrics.text).toContain('process_cpu_seconds_total');

  const stored = await storedSecrets(database);
  expect(stored.length).toBeGreaterThan(10);
  await owner.killDatabase();
  await expect.poll(async () => (await witness.query('auth.me')).status, { timeout: 20_000 }).toBe(503);
  checkRefusal(witness.answers.at(-1) ?? { status: 0, headers: '', text: '' }, 503);
  await database.end().catch(() => undefined);
  await program.stop();

  const seen = {
    log: program.output,
    answers: witness.answers.map(({ headers, text }) => `${headers}\n${text}`).join('\n'),
    frames: witness.frames.join('\n'),
  };
  expect(seen.log).toMatch(/"level":"error"/);
  const own = [password, witness.token, personal.token, witness.cookie.split('=', 2)[1] ?? ''];
  const hits: string[] = [];
  for (const [name, secret] of [
    ...Object.entries(secrets),
    ...stored.map((value) => ['a stored secret', value] as const),
  ]) {
    for (const face of facesOf(secret)) {
      for (const [place, text] of Object.entries(seen))
        if (text.includes(face)) hits.push(`${name} in ${place}: ${face}`);
    }
  }
  // A person is given their own tokens: nobody else reads those answers, but many read a log.
  for (const secret of own) {
    expect(secret.length).toBeGreaterThan(16);
    for (const face of facesOf(secret)) if (seen.log.includes(face)) hits.push(`a person's own in the log: ${face}`);
  }
  expect(hits).toEqual([]);
});

async function report(witness: Witness): Promise<Seen> {
  const body = JSON.stringify({
    'csp-report': { 'effective-directive': 'img-src', 'blocked-uri': 'https://evil.example/' },
  });
  return await witness.ask(
    '/api/csp-reports',
    { method: 'POST', body, headers: { 'content-type': 'application/csp-report' } },
    false,
  );
}

function checkRefusal(seen: Seen, status: number): void {
  expect(seen, seen.text).toMatchObject({ status });
  expect(seen.text).not.toMatch(tellTale);
  expect(seen.headers).not.toMatch(/x-powered-by|"server"/i);
  expect(/"requestId":"[\da-f-]{36}"/.test(seen.text), seen.text).toBe(status !== 404);
}
