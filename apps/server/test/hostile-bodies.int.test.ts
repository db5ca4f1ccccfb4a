import http from 'node:http';
import { connect } from 'node:net';
import { newId } from '@atelier/kernel/ids';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { appRouter } from '../src/app-router.ts';
import { call, procedures, request, wireErrorOf } from './calls.ts';
import { nowhere, validInput } from './inputs.ts';
import { newOwner, newSession, type Person } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { TestSocket } from './test-socket.ts';

const mebibyte = 1024 * 1024;
const json = { 'content-type': 'application/json' };

let running: RunningProgram;
let ada: Person;
beforeAll(async () => {
  running = await startProgram({ env: { UPLOAD_MAX_MB: '1' } });
  ada = await newOwner(running);
});
afterEach(() => {
  expect(running.errors.splice(0)).toEqual([]);
});
afterAll(() => running.stop());

/** More than twice what a stack holds of whatever walks an input by calling itself. */
const depth = 25_000;
const deepList = '['.repeat(depth) + ']'.repeat(depth);
const deepObject = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Bodies that nobody in their right mind sends, as they go over the wire. */
function bodiesFor(name: string): readonly (string | null)[] {
  const valid = validInput(name, nowhere()) ?? {};
  const wrong = ['7', '""', '[]', '{}', '1e999'];
  // What is deep costs most: a field is given the one, the next the other.
  const fields = Object.keys(valid).flatMap((field, index) =>
    [...wrong, index % 2 ? deepList : deepObject].map(
      (value) => `{${JSON.stringify(field)}:${value},${JSON.stringify({ ...valid, [field]: undefined }).slice(1)}`,
    ),
  );
  return [null, 'null', '[]', '7', '"x"', '{', '\u0000', '{"__proto__":{"a":1}}', deepList, deepObject, ...fields];
}

type Field = readonly string[];
interface JsonSchema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}
const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.object({
    type: z.unknown().optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    items: jsonSchema.optional(),
    anyOf: z.array(jsonSchema).optional(),
    oneOf: z.array(jsonSchema).optional(),
  }),
);

/** Where the input of a procedure takes a text, those that may be left out among them. */
function textFields(name: string): readonly Field[] {
  const definition = Reflect.get(Reflect.get(appRouter._def.procedures, name), '_def');
  const [input] = z.object({ inputs: z.array(z.instanceof(z.ZodType)) }).parse(definition).inputs;
  if (!input) return [];
  const fields = textsIn(jsonSchema.parse(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })), []);
  return [...new Map(fields.map((field) => [field.join('.'), field])).values()];
}

function textsIn({ type, properties = {}, items, anyOf = [], oneOf = [] }: JsonSchema, at: Field): readonly Field[] {
  return [
    ...(type === 'string' ? [at] : []),
    ...Object.entries(properties).flatMap(([key, property]) => textsIn(property, [...at, key])),
    ...(items ? textsIn(items, [...at, '0']) : []),
    ...[...anyOf, ...oneOf].flatMap((one) => textsIn(one, at)),
  ];
}

/** The same input with this value in one place. */
function changed(input: unknown, [key, ...rest]: Field, value: string): unknown {
  if (key === undefined) return value;
  if (key === '0') {
    const [first, ...others] = Array.isArray(input) ? input : [];
    return [changed(first, rest, value), ...others];
  }
  const fields: object = typeof input === 'object' && input !== null ? input : {};
  return { ...fields, [key]: changed(Reflect.get(fields, key), rest, value) };
}

/** A request that ends in the middle of its body. */
async function broken(path: string, type: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(running.port, '127.0.0.1');
    socket.on('error', () => undefined).on('close', () => resolve());
    const head = [
      `POST ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${running.port}`,
      `Authorization: Bearer ${ada.token}`,
      `Content-Type: ${type}`,
      'Content-Length: 1000',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{"email":`, () => socket.destroy());
  });
}

describe('AT-50: whatever a body holds, no procedure fails by it', () => {
  test.each([...procedures])('%s', async (name, { type }) => {
    const seen: string[] = [];
    const note = (status: number, text: string, body: string | null) => {
      if (status >= 500 || /internal\.unexpected/.test(text)) seen.push(`${status} ${String(body).slice(0, 100)}`);
    };
    for (const body of bodiesFor(name)) {
      const posted = await request(
        running,
        `/trpc/${name}`,
        { method: 'POST', headers: json, body },
        { token: ada.token },
      );
      note(posted.status, posted.text, body);
      if (type !== 'query' || body === null || body.length > 8000) continue;
      const query = new URLSearchParams({ input: body });
      const asked = await request(running, `/trpc/${name}?${query}`, {}, { token: ada.token });
      note(asked.status, asked.text, body);
    }
    await broken(`/trpc/${name}`, 'application/json');
    expect(seen).toEqual([]);
    expect((await request(running, '/health')).status).toBe(200);
  });

  test.each([...procedures])('%s over a socket', async (name, { type }) => {
    const harmless: readonly string[] = [deepList, deepObject, 'null', '[]', '7'];
    for (const input of harmless) {
      await using socket = await TestSocket.open(running, { params: { token: ada.token } });
      socket.send(`{"id":1,"method":"${type}","params":{"path":"${name}","input":${input}}}`);
      const { error } = await socket.frame(({ id }) => id === 1);
      expect(error?.data.httpStatus ?? 200).toBeLessThan(500);
    }
  });

  test('nor a route beside them', async () => {
    const session = await newSession(running, ada);
    const path = `/api/sessions/${session.id}/files?name=a.json`;
    for (const body of [null, 'null', '[]', deepObject]) {
      const stored = await request(running, path, { method: 'POST', body }, { token: ada.token });
      expect(stored.status).toBeLessThan(500);
    }
    for (const route of [path, '/api/csp-reports']) await broken(route, 'text/plain');
    expect((await request(running, '/health')).status).toBe(200);
  });
});

describe('AT-35: where a text or a number is expected', () => {
  const others = [{ a: 1 }, ['a'], { $ne: 1 }, { not: '' }, '1;--', "' OR 1=1 --", -1, 1e9, null, true];
  const fieldsOf = (name: string) => Object.keys(validInput(name, nowhere()) ?? {});
  const cases = [...procedures]
    .filter(([, { type }]) => type !== 'subscription')
    .flatMap(([name]) => fieldsOf(name).map((field) => [name, field] as const));

  test.each(cases)('%s takes nothing else as %s', async (name, field) => {
    const valid = validInput(name, nowhere()) ?? {};
    for (const value of others) {
      const right: unknown = Reflect.get(valid, field);
      if (typeof value === 'boolean' && typeof right === 'boolean') continue;
      if (Array.isArray(value) && Array.isArray(right) && typeof right[0] === 'string') continue;
      const input = { ...valid, [field]: value };
      const answer = await call(running, name, input, { token: ada.token });
      expect(answer.status).toBeLessThan(500);
      // A text may be any text, and some fields may be left out; nothing takes the place of another kind.
      const isOtherKind = typeof value === 'boolean' || (typeof value === 'object' && value !== null);
      if (isOtherKind) expect([answer.status, wireErrorOf(answer).code]).toEqual([400, 'request.invalid']);
    }
  });
});

describe('what no database keeps, in every text there is', () => {
  const yearZero = '0000-01-01T00:00:00Z';
  const hostile = [
    'a\u0000',
    '\u0000',
    'a\ud83d',
    '\udc00b',
    yearZero,
    '1969-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59.999Z',
    Buffer.from(JSON.stringify([yearZero, newId()])).toString('base64url'),
  ];
  const cases = [...procedures.keys()].map((name) => [name, textFields(name)] as const);

  const posted = async (name: string, input: unknown) =>
    (await call(running, name, input, { token: ada.token })).status;
  /** Each on a socket of its own: one that sends too much of this is closed. */
  async function subscribed(name: string, input: unknown): Promise<number> {
    await using socket = await TestSocket.open(running, { params: { token: ada.token } });
    return (await socket.ask(name, input)).error?.data.httpStatus ?? 200;
  }

  test('is tried where it matters', () => {
    const found = new Map(cases);
    expect(found.get('audit.list')).toEqual(expect.arrayContaining([['targetId'], ['from'], ['to']]));
    expect(found.get('installation.people')).toEqual(expect.arrayContaining([['search'], ['cursor']]));
    expect(found.get('messages.send')).toContainEqual(['parts', '0', 'text']);
    expect(found.get('auth.secondFactor')).toContainEqual(['passkey', 'response', 'userHandle']);
  });

  test.each(cases.filter(([, fields]) => fields.length > 0))('%s', async (name, fields) => {
    const session = await newSession(running, ada);
    const ask = procedures.get(name)?.type === 'subscription' ? subscribed : posted;
    const seen: string[] = [];
    for (const field of fields) {
      for (const value of hostile) {
        const input = changed(validInput(name, { ...nowhere(), sessionId: session.id }) ?? {}, field, value);
        const status = await ask(name, input);
        if (status >= 500) seen.push(`${status} ${field.join('.')} ${JSON.stringify(value)}`);
      }
    }
    expect(seen).toEqual([]);
  });

  test.each(['targetId=%00', 'targetId=a%00b', `from=${yearZero}`, `to=${yearZero}`])(
    'nor does the export of the record fail by %s',
    async (query) => {
      for (const format of ['json', 'csv']) {
        const answer = await request(running, `/api/audit/export?format=${format}&${query}`, {}, { token: ada.token });
        expect([answer.status, wireErrorOf(answer).code]).toEqual([400, 'request.invalid']);
      }
    },
  );
});

describe('AT-13: what nobody may say', () => {
  const foreign = {
    id: newId(),
    userId: newId(),
    ownerId: newId(),
    orgId: newId(),
    isAdmin: true,
    installationRole: 'owner',
    createdAt: '2020-01-01T00:00:00.000Z',
    organisation: { id: newId(), role: 'owner' },
  };
  const withInput = [...procedures.keys()].filter(
    (name) => procedures.get(name)?.type !== 'subscription' && validInput(name, nowhere()),
  );

  test.each(withInput)('%s takes no field beside its own', async (name) => {
    const valid = validInput(name, nowhere()) ?? {};
    for (const [field, value] of Object.entries(foreign)) {
      if (field in valid) continue;
      const answer = await call(running, name, { ...valid, [field]: value }, { token: ada.token });
      expect([answer.status, wireErrorOf(answer).code], field).toEqual([400, 'request.invalid']);
    }
  });
});

describe('AT-29: nothing is changed by following a link', () => {
  const mutations = [...procedures].filter(([, { type }]) => type === 'mutation').map(([name]) => name);

  test.each(mutations)('%s', async (name) => {
    const query = new URLSearchParams({ input: JSON.stringify(validInput(name, nowhere()) ?? null) });
    const answer = await request(running, `/trpc/${name}?${query}`, {}, { token: ada.token });
    expect([answer.status, wireErrorOf(answer).code]).toEqual([400, 'request.invalid']);
  });
});

describe('AT-51: at the limit, one byte beyond, and ten times', () => {
  const uploaded = async (bytes: number) => {
    const session = await newSession(running, ada);
    const path = `/api/sessions/${session.id}/files?name=a.bin`;
    const answer = await request(
      running,
      path,
      { method: 'POST', body: new Uint8Array(bytes) },
      { token: ada.token },
    ).catch(() => null);
    return answer?.status;
  };

  test('a file is taken up to the limit', async () => {
    expect(await uploaded(mebibyte - 1)).toBe(201);
    expect(await uploaded(mebibyte)).toBe(201);
    expect(await uploaded(mebibyte + 1)).toBe(413);
  });

  test('what is declared as larger is refused before it is sent', async () => {
    const session = await newSession(running, ada);
    for (const path of [`/api/sessions/${session.id}/files?name=a.bin`, '/trpc/auth.signIn', '/api/csp-reports']) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const headers = { ...json, authorization: `Bearer ${ada.token}`, 'content-length': 10 * mebibyte };
        const asked = http.request(`${running.url}${path}`, { method: 'POST', headers });
        asked.on('error', reject).on('response', (response) => {
          asked.on('error', () => undefined).destroy();
          resolve(response.statusCode);
        });
        // Nothing of the body is ever sent.
        asked.flushHeaders();
      });
      expect(status, path).toBe(413);
    }
  });

  test('a text in a message is taken up to the limit', async () => {
    const { id } = await newSession(running, ada);
    const statuses: number[] = [];
    for (const length of [199_999, 200_000, 200_001, 2_000_000]) {
      const parts = [{ type: 'text', text: 'a'.repeat(length) }];
      const input = { sessionId: id, clientId: newId(), parts };
      statuses.push((await call(running, 'messages.send', input, { token: ada.token })).status);
    }
    expect(statuses).toEqual([200, 200, 400, 413]);
  });
});
