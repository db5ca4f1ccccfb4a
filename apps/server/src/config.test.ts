import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const strong = 'pX9vQ2mK7tLr4wZs8NdB1yHc6GfJ3aUe0RiO5';
const production = { NODE_ENV: 'production', AUTH_SECRET: strong };

describe('the program refuses to start', () => {
  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['in production without a secret', { NODE_ENV: 'production' }, 'AUTH_SECRET is missing'],
    ['with a short secret', { AUTH_SECRET: strong.slice(0, 31) }, 'AUTH_SECRET is too weak'],
    ['with a secret of few characters', { AUTH_SECRET: 'abcab'.repeat(10) }, 'AUTH_SECRET is too weak'],
    ['with a secret of one character', { AUTH_SECRET: 'x'.repeat(64) }, 'AUTH_SECRET is too weak'],
    [
      'in production with the secret of a sample',
      { ...production, AUTH_SECRET: `change-me-${strong}` },
      'AUTH_SECRET is too weak',
    ],
    [
      'in production with a secret that says it is one',
      { ...production, AUTH_SECRET: `${strong}-secret` },
      'AUTH_SECRET is too weak',
    ],
    [
      'in production with digits in order',
      { ...production, AUTH_SECRET: `0123456789abcdefghijklmnopqrstuvwxyz` },
      'AUTH_SECRET is too weak',
    ],
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
    ['with half a switch', { OPEN_REGISTRATION: 'maybe' }, 'OPEN_REGISTRATION'],
    ['with half of what Google needs', { GOOGLE_CLIENT_ID: 'id' }, 'GOOGLE_CLIENT_SECRET is missing'],
    ['with the other half of what GitHub needs', { GITHUB_CLIENT_SECRET: 'x' }, 'GITHUB_CLIENT_ID is missing'],
    ['with an issuer and no client', { OIDC_ISSUER: 'https://id.example.com' }, 'OIDC_CLIENT_ID is missing'],
    ['with a client and no issuer', { OIDC_CLIENT_ID: 'id', OIDC_CLIENT_SECRET: 'x' }, 'OIDC_ISSUER is missing'],
    ['with an issuer that anybody on the way can be', { OIDC_ISSUER: 'http://id.example.com' }, 'OIDC_ISSUER'],
    ['with a GitHub that anybody on the way can be', { GITHUB_URL: 'http://localhost.example.com' }, 'GITHUB_URL'],
    ['with an unknown log level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
  ])('%s, in one line that names the variable and not what stands in it', (_name, env, line) => {
    const error = (() => {
      try {
        readConfig(env);
      } catch (error) {
        return error;
      }
      return null;
    })();

    expect(error).toBeInstanceOf(ConfigError);
    const { message } = error instanceof Error ? error : new Error('');
    expect(message).toContain(line);
    expect(message).not.toContain('\n');
    if (env.AUTH_SECRET) expect(message).not.toContain(env.AUTH_SECRET);
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
    const { http } = readConfig({ HOST: '0.0.0.0', PUBLIC_URL: 'https://atelier.example.com/' });
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
