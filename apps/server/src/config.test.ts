import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const strong = 'pX9vQ2mK7tLr4wZs8NdB1yHc6GfJ3aUe0RiO5';
const other = 'Zk3vN8qWcT1yRb6LmX0sHd5JgP9fUa2EoI7uQ';
const key = 'Yb0oVdqCXl6xqmM0xk3nYJ5d2m8Lw0cZbq7sV1T4uHg=';
const olderKey = 'q1Zr8yqvT0mJ5b2cW9nXoK3sHd7LfUa4EgPi6RtBuCk=';
const encryptionKeys = `v2:${key},v1:${olderKey}`;
const token = 'f3a91c07be5d28466e0b9d14';
const production = { NODE_ENV: 'production', AUTH_SECRET: strong, ENCRYPTION_KEYS: encryptionKeys };
const exposed = { HOST: '0.0.0.0', PUBLIC_URL: 'https://atelier.example.com' };

function refusalOf(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'started';
}

const issuer = { issuer: 'https://id.example.com', audience: 'atelier', algorithms: ['ES256'] };
const issuers = (...changes: readonly object[]) => ({
  EXTERNAL_ISSUERS: JSON.stringify(changes.map((change) => ({ ...issuer, ...change }))),
});

describe('the program refuses to start', () => {
  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['with a short secret', { AUTH_SECRET: strong.slice(0, 31) }, 'AUTH_SECRET is too weak'],
    ['with a secret of few characters', { AUTH_SECRET: 'abcab'.repeat(10) }, 'AUTH_SECRET is too weak'],
    ['with a secret of one character', { AUTH_SECRET: 'x'.repeat(64) }, 'AUTH_SECRET is too weak'],
    ['open to other machines without its address', { HOST: '0.0.0.0' }, 'PUBLIC_URL is missing'],
    ['with an address that is none', { PUBLIC_URL: 'atelier.example.com' }, 'PUBLIC_URL'],
    ['with an address of another kind', { PUBLIC_URL: 'ftp://atelier.example.com' }, 'PUBLIC_URL'],
    ['with a port that is none', { PORT: '70000' }, 'PORT'],
    ['with a port in words', { PORT: 'http' }, 'PORT'],
    ['with a database of another kind', { DATABASE_URL: 'mysql://a/b' }, 'DATABASE_URL'],
    ['with tokens that last for days', { ACCESS_TOKEN_MINUTES: '1440' }, 'ACCESS_TOKEN_MINUTES'],
    ['with an unknown environment', { NODE_ENV: 'prod' }, 'NODE_ENV'],
    ['with a metrics token that can be guessed', { METRICS_TOKEN: 'short' }, 'METRICS_TOKEN'],
    ['with a negative quota', { WORKSPACE_QUOTA_MB: '-1' }, 'WORKSPACE_QUOTA_MB'],
    ['with a size that is no number', { UPLOAD_MAX_MB: '10 MB' }, 'UPLOAD_MAX_MB'],
    ['with many proxies', { TRUST_PROXY: 'true' }, 'TRUST_PROXY'],
    ['with a provider and no model', { OPENAI_API_KEY: 'k' }, 'MODEL is missing'],
    ['with a model and no provider', { MODEL: 'm' }, 'OPENAI_BASE_URL or OPENAI_API_KEY is missing'],
    ['with half a switch', { ADMINS_NEED_SECOND_FACTOR: 'maybe' }, 'ADMINS_NEED_SECOND_FACTOR'],
    ['with a rule nobody knows', { REGISTRATION: 'maybe' }, 'REGISTRATION'],
    ['with traces for what is no address', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['with headers that are none', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
    ['with a header that is two', { OTEL_EXPORTER_OTLP_HEADERS: 'a=b%0d%0ac:%20d' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
    ['with half a mind to record', { TRACE_CONTENT: 'some' }, 'TRACE_CONTENT'],
    ['with no time to think', { IDLE_MINUTES: '1' }, 'IDLE_MINUTES'],
    ['with half of what Google needs', { GOOGLE_CLIENT_ID: 'id' }, 'GOOGLE_CLIENT_SECRET is missing'],
    ['with the other half of what GitHub needs', { GITHUB_CLIENT_SECRET: 'x' }, 'GITHUB_CLIENT_ID is missing'],
    ['with an issuer and no client', { OIDC_ISSUER: 'https://id.example.com' }, 'OIDC_CLIENT_ID is missing'],
    ['with a client and no issuer', { OIDC_CLIENT_ID: 'id', OIDC_CLIENT_SECRET: 'x' }, 'OIDC_ISSUER is missing'],
    ['with an issuer that anybody on the way can be', { OIDC_ISSUER: 'http://id.example.com' }, 'OIDC_ISSUER'],
    ['with a GitHub that anybody on the way can be', { GITHUB_URL: 'http://localhost.example.com' }, 'GITHUB_URL'],
    ['with issuers that are no JSON', { EXTERNAL_ISSUERS: 'https://id.example.com' }, 'EXTERNAL_ISSUERS'],
    ['with an issuer of tokens that anybody can be', issuers({ issuer: 'http://id.example.com' }), '0.issuer'],
    ['with keys that anybody can give', issuers({ jwksUri: 'http://id.example.com/keys' }), '0.jwksUri'],
    ['with tokens that whoever checks could sign', issuers({ algorithms: ['HS256'] }), '0.algorithms.0'],
    ['with tokens that nobody signs', issuers({ algorithms: ['none'] }), '0.algorithms.0'],
    ['with no algorithm', issuers({ algorithms: [] }), '0.algorithms'],
    ['with an issuer and no audience', issuers({ audience: undefined }), '0.audience'],
    ['with an issuer twice', issuers({}, {}), 'stands there twice'],
    [
      'with an audience that every ID token has',
      {
        ...issuers({ audience: 'client' }),
        ...{ OIDC_ISSUER: 'https://id.example.com', OIDC_CLIENT_ID: 'client', OIDC_CLIENT_SECRET: 'x' },
      },
      'another one than OIDC_CLIENT_ID',
    ],
    ['with an unknown log level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
  ])('%s, in one line that names the variable and not what stands in it', (_name, env, line) => {
    const message = refusalOf(env);

    expect(message).toContain(line);
    expect(message).not.toContain('\n');
    if (env.AUTH_SECRET) expect(message).not.toContain(env.AUTH_SECRET);
  });
});

describe('AT-57: a production refuses to start', () => {
  const database = (password: string) => `postgresql://someone:${password}@db.example.com:5432/atelier`;
  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['without a secret', { AUTH_SECRET: '' }, 'AUTH_SECRET is missing'],
    ['with the secret of a sample', { AUTH_SECRET: `change-me-${strong}` }, 'AUTH_SECRET is too weak'],
    ['with a secret that says it is one', { AUTH_SECRET: `${strong}-secret` }, 'AUTH_SECRET is too weak'],
    ['with digits in order', { AUTH_SECRET: '0123456789abcdefghijklmnopqrstuvwxyz' }, 'AUTH_SECRET is too weak'],
    ['with a secret that was cut at a #', { AUTH_SECRET: strong.slice(0, 20) }, 'AUTH_SECRET is too weak'],
    ['with a short secret of before', { AUTH_SECRET_PREVIOUS: 'short' }, 'AUTH_SECRET_PREVIOUS is too weak'],
    ['with a sample of before', { AUTH_SECRET_PREVIOUS: `example${other}` }, 'AUTH_SECRET_PREVIOUS is too weak'],
    ['with one secret twice', { AUTH_SECRET_PREVIOUS: strong }, 'AUTH_SECRET_PREVIOUS is the same as AUTH_SECRET'],
    [
      'with the sample of a provider’s secret',
      { GOOGLE_CLIENT_ID: 'x', GOOGLE_CLIENT_SECRET: 'changeme' },
      'GOOGLE_CLIENT_SECRET is',
    ],
    ['with the key of the README', { OPENAI_API_KEY: 'your-key' }, 'OPENAI_API_KEY is the one of a guide'],
    ['without encryption keys', { ENCRYPTION_KEYS: '' }, 'ENCRYPTION_KEYS is missing'],
    ['with a short key', { ENCRYPTION_KEYS: `v1:${key.slice(0, 22)}==` }, 'ENCRYPTION_KEYS is not valid: entry 1'],
    [
      'with a key of text',
      { ENCRYPTION_KEYS: `v1:${Buffer.from('thirty-two letters of a sentence').toString('base64')}` },
      'ENCRYPTION_KEYS is not valid: a key is too weak',
    ],
    [
      'with a key of zeros',
      { ENCRYPTION_KEYS: `v1:${Buffer.alloc(32).toString('base64')}` },
      'ENCRYPTION_KEYS is not valid: a key is too weak',
    ],
    [
      'with a key that counts',
      { ENCRYPTION_KEYS: `v1:${Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64')}` },
      'ENCRYPTION_KEYS is not valid: a key is too weak',
    ],
    [
      'with keys that are not base64',
      { ENCRYPTION_KEYS: `v1:${'*'.repeat(43)}=` },
      'ENCRYPTION_KEYS is not valid: entry 1',
    ],
    ['with a key without its version', { ENCRYPTION_KEYS: key }, 'ENCRYPTION_KEYS is not valid: entry 1'],
    [
      'with one version twice',
      { ENCRYPTION_KEYS: `v1:${key},v1:${olderKey}` },
      'ENCRYPTION_KEYS is not valid: the newest',
    ],
    [
      'with the oldest key first',
      { ENCRYPTION_KEYS: `v1:${key},v2:${olderKey}` },
      'ENCRYPTION_KEYS is not valid: the newest',
    ],
    ['with one key twice', { ENCRYPTION_KEYS: `v2:${key},v1:${key}` }, 'ENCRYPTION_KEYS is not valid: two versions'],
    ['with a metrics token of a sample', { METRICS_TOKEN: 'change-me-metrics-token' }, 'METRICS_TOKEN is too weak'],
    ['with a metrics token of few letters', { METRICS_TOKEN: 'aabbaabbaabbaabb' }, 'METRICS_TOKEN is too weak'],
    ...['changeme', 'postgres', 'password', 'PASSWORD', 'atelier', 'someone', 'secret', '12345678', 'change%2Dme'].map(
      (password): [string, NodeJS.ProcessEnv, string] => [
        `with the password ${password} of its database`,
        { DATABASE_URL: database(password) },
        'DATABASE_URL has a password that everybody knows',
      ],
    ),
    [
      'with a sample password for mail',
      { SMTP_URL: 'smtps://bot:changeme@mail.example.com', MAIL_FROM: 'a@example.com' },
      'SMTP_URL has a password that everybody knows',
    ],
  ])('%s, in one line that names the variable and not what stands in it', (_name, env, line) => {
    const message = refusalOf({ ...production, ...env });

    expect(message).toContain(line);
    expect(message).not.toContain('\n');
    for (const value of Object.values(env)) if (value) expect(message).not.toContain(value);
    // Open to other machines and nothing said about what it is for: that is a production.
    expect(refusalOf({ ...production, NODE_ENV: '', ...exposed, ...env })).toBe(message);
  });

  test('and a development on this machine, or one that says so, starts all the same', () => {
    const samples = { DATABASE_URL: database('postgres'), METRICS_TOKEN: 'change-me-metrics-token' };
    expect(refusalOf(samples)).toBe('started');
    expect(refusalOf({ ...samples, ...exposed, NODE_ENV: 'development' })).toBe('started');
    expect(refusalOf({ ...samples, HOST: '127.0.0.2' })).toBe('started');
  });

  test('and starts with what is random, which may hold any character', () => {
    const url = database('v7%23Qm%21x0zLr2Kd9w');
    expect(refusalOf({ ...production, DATABASE_URL: url, METRICS_TOKEN: token, AUTH_SECRET_PREVIOUS: other })).toBe(
      'started',
    );
    expect(refusalOf({ ...production, DATABASE_URL: 'postgresql://someone@%2Frun%2Fpostgresql/atelier' })).toBe(
      'started',
    );
    expect(refusalOf({ ...production, NODE_ENV: '', ...exposed })).toBe('started');
  });
});

describe('mail', () => {
  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['without a sender', { SMTP_URL: 'smtps://mail.example.com' }, 'MAIL_FROM is missing'],
    ['over another protocol', { SMTP_URL: 'https://mail.example.com', MAIL_FROM: 'a@example.com' }, 'SMTP_URL'],
    ['from nobody', { MAIL_FROM: 'Atelier' }, 'MAIL_FROM is not valid'],
    ['from two', { MAIL_FROM: 'a@example.com, b@example.com' }, 'MAIL_FROM is not valid'],
    ['from two with names', { MAIL_FROM: 'A <a@example.com>, B <b@example.com>' }, 'MAIL_FROM is not valid'],
    ['with another header', { MAIL_FROM: 'A\r\nBcc: x <a@example.com>' }, 'MAIL_FROM is not valid'],
  ])('%s is refused', (_name, env, line) => {
    expect(refusalOf(env)).toContain(line);
  });

  test('is written to files until there is a server', () => {
    expect(readConfig({}).mail).toEqual({
      smtp: null,
      from: { name: 'Atelier', address: 'atelier@localhost.invalid' },
    });
  });

  test.each([
    ['smtp://mail.example.com:587', '', true],
    ['smtps://mail.example.com', '', true],
    ['smtp://mail.example.com:25', '1', false],
    ['smtp://127.0.0.1:1025', '', false],
    ['smtp://[::1]:1025', '', false],
    ['smtp://localhost.example.com', '', true],
  ])('to %s with SMTP_INSECURE=%s asks for TLS: %s', (url, insecure, requiresTls) => {
    const env = { SMTP_URL: url, SMTP_INSECURE: insecure, MAIL_FROM: 'Atelier Team <a@example.com>' };
    expect(readConfig(env).mail).toEqual({
      smtp: { url, requiresTls },
      from: { name: 'Atelier Team', address: 'a@example.com' },
    });
  });
});

describe('the program starts', () => {
  test('without any variable, for this machine only and with nothing that is open', () => {
    const config = readConfig({});

    expect(config).toMatchObject({
      isProduction: false,
      http: { port: 3000, host: '127.0.0.1', publicUrl: null, trustedProxies: 0 },
      databaseUrl: null,
      auth: { secret: null, accessTokenSeconds: 600 },
      model: null,
      metricsToken: null,
    });
    expect(config.dataDirectory).toBe(`${process.cwd()}/data`);
  });

  test('in production with a strong secret, which may hold any character', () => {
    for (const secret of [strong, `${strong}#=$"' ü`]) {
      expect(readConfig({ ...production, AUTH_SECRET: secret }).auth.secret).toBe(secret);
    }
  });

  test('open to other machines once it knows its address, which is kept without a slash', () => {
    const { http } = readConfig({ ...production, HOST: '0.0.0.0', PUBLIC_URL: 'https://atelier.example.com/' });
    expect(http).toMatchObject({ host: '0.0.0.0', publicUrl: 'https://atelier.example.com' });
  });

  test('with empty variables as if they were not there', () => {
    const names = [
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'DATABASE_URL',
      'MODEL',
      'OPENAI_API_KEY',
      'METRICS_TOKEN',
      'AUTH_SECRET',
    ];
    const { http, auth } = readConfig(Object.fromEntries(names.map((name) => [name, ''])));
    expect([http.port, auth.secret]).toEqual([3000, null]);
  });

  test('with a provider', () => {
    expect(readConfig({ OPENAI_API_KEY: 'k', MODEL: 'm' }).model).toEqual({
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'k',
      model: 'm',
    });
    expect(readConfig({ OPENAI_BASE_URL: 'http://localhost:11434/v1', MODEL: 'm' }).model?.apiKey).toBe('');
  });
});

test('issuers of tokens are taken as they stand there, for reading unless told', () => {
  const { EXTERNAL_ISSUERS } = issuers(
    {},
    { issuer: 'http://localhost:4455/', jwksUri: 'http://localhost:4455/keys', scopes: ['write'] },
  );

  expect(readConfig({}).externalIssuers).toEqual([]);
  expect(readConfig({ EXTERNAL_ISSUERS }).externalIssuers).toEqual([
    { ...issuer, jwksUri: null, scopes: ['read'] },
    { ...issuer, issuer: 'http://localhost:4455/', jwksUri: 'http://localhost:4455/keys', scopes: ['write'] },
  ]);
});

test('spans go nowhere unless told, and with the headers that are told', () => {
  expect(readConfig({}).traces).toEqual({ content: false, otlp: null });
  const env = {
    TRACE_CONTENT: '1',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.com/otlp/',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-team = a=b',
  };
  expect(readConfig(env).traces).toEqual({
    content: true,
    otlp: { url: 'https://collector.example.com/otlp', headers: { authorization: 'Bearer abc', 'x-team': 'a=b' } },
  });
});
