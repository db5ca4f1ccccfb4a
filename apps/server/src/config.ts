import path from 'node:path';
import * as z from 'zod';

/** A refusal to start, in one clear line that names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const flag = z.enum(['0', '1', 'true', 'false']).transform((value) => value === '1' || value === 'true');
const positive = z.coerce.number().int().positive();
const blankIsUnset = (value: unknown) => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsUnset, schema.optional());
/** Secrets travel there: encrypted, or without leaving this machine. */
const overTls = z
  .url({ protocol: /^https?$/ })
  .refine(
    (value) => value.startsWith('https:') || ['localhost', '127.0.0.1', '[::1]'].includes(new URL(value).hostname),
    'it must begin with https://',
  );

const environment = z.object({
  NODE_ENV: optional(z.enum(['development', 'test', 'production'])),
  PORT: optional(z.coerce.number().int().min(0).max(65535)),
  HOST: optional(z.string()),
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/ })),
  TRUST_PROXY: optional(z.coerce.number().int().min(0).max(10)),
  DATA_DIR: optional(z.string()),
  DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/ })),
  AUTH_SECRET: optional(z.string()),
  ACCESS_TOKEN_MINUTES: optional(positive.max(60)),
  OPENAI_BASE_URL: optional(z.url({ protocol: /^https?$/ })),
  OPENAI_API_KEY: optional(z.string()),
  MODEL: optional(z.string()),
  OFFLINE_WORD_MS: optional(z.coerce.number().min(0).max(1000)),
  UPLOAD_MAX_MB: optional(positive),
  WORKSPACE_QUOTA_MB: optional(positive),
  RUN_CONCURRENCY: optional(positive),
  COMPACT_AFTER_SECONDS: optional(z.coerce.number().min(0)),
  LOG_LEVEL: optional(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])),
  METRICS_TOKEN: optional(z.string().min(16)),
  STOP_GRACE_SECONDS: optional(z.coerce.number().min(0).max(300)),
  OPEN_REGISTRATION: optional(flag),
  GOOGLE_CLIENT_ID: optional(z.string()),
  GOOGLE_CLIENT_SECRET: optional(z.string()),
  GOOGLE_URL: optional(overTls),
  GITHUB_CLIENT_ID: optional(z.string()),
  GITHUB_CLIENT_SECRET: optional(z.string()),
  GITHUB_URL: optional(overTls),
  GITHUB_API_URL: optional(overTls),
  OIDC_ISSUER: optional(overTls),
  OIDC_CLIENT_ID: optional(z.string()),
  OIDC_CLIENT_SECRET: optional(z.string()),
  OIDC_NAME: optional(z.string().trim().max(40)),
});

/** Secrets that appear in samples and guides. Whoever runs one of them runs with a key that everybody knows. */
const sampleSecret = /change.?me|replace.?me|secret|example|password|^(.)\1+$|^0123|^abcd/i;

const mebibyte = 1024 * 1024;

/** What we are called at a provider. */
interface OauthClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Config {
  readonly isProduction: boolean;
  readonly http: {
    readonly port: number;
    readonly host: string;
    /** Where people reach the app, without a trailing slash; null until one is set: then loopback names of the port. */
    readonly publicUrl: string | null;
    /** How many proxies in front may be believed about the caller's address. */
    readonly trustedProxies: number;
  };
  readonly dataDirectory: string;
  /** Null: the embedded PostgreSQL in the data directory. */
  readonly databaseUrl: string | null;
  readonly auth: {
    /** Null: generated once and kept in the data directory. */
    readonly secret: string | null;
    readonly accessTokenSeconds: number;
    readonly isRegistrationOpen: boolean;
  };
  /** Where people can sign in besides with a password; null: not there. */
  readonly oauth: {
    readonly google: (OauthClient & { readonly url: string | null }) | null;
    readonly github: (OauthClient & { readonly url: string; readonly apiUrl: string }) | null;
    readonly oidc: (OauthClient & { readonly issuer: string; readonly name: string }) | null;
  };
  readonly model: { readonly baseUrl: string; readonly apiKey: string; readonly model: string } | null;
  readonly offlineWordMs: number;
  readonly limits: { readonly fileBytes: number; readonly workspaceBytes: number; readonly concurrentRuns: number };
  readonly compactAfterMs: number;
  readonly logLevel: string;
  readonly metricsToken: string | null;
  readonly stopGraceMs: number;
}

/**
 * Reads the environment once. The only reader of `process.env`.
 * @throws ConfigError naming the variable when a value is missing, malformed, or a weak secret in production.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const problem = parsed.error.issues[0];
    throw new ConfigError(`${problem?.path.join('.')} is not valid: ${problem?.message}`);
  }
  const values = parsed.data;
  const isProduction = values.NODE_ENV === 'production';
  checkSecret(values.AUTH_SECRET, isProduction);
  const host = values.HOST ?? '127.0.0.1';
  const isLoopback = ['127.0.0.1', 'localhost', '::1'].includes(host);
  if (!isLoopback && !values.PUBLIC_URL) {
    throw new ConfigError(
      'PUBLIC_URL is missing: with HOST open to other machines, set it to the address people type, for example PUBLIC_URL=https://atelier.example.com',
    );
  }

  return {
    isProduction,
    http: {
      port: values.PORT ?? 3000,
      host,
      publicUrl: values.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
      trustedProxies: values.TRUST_PROXY ?? 0,
    },
    dataDirectory: path.resolve(values.DATA_DIR ?? 'data'),
    databaseUrl: values.DATABASE_URL ?? null,
    auth: {
      secret: values.AUTH_SECRET ?? null,
      accessTokenSeconds: (values.ACCESS_TOKEN_MINUTES ?? 10) * 60,
      isRegistrationOpen: values.OPEN_REGISTRATION ?? true,
    },
    oauth: readOauth(values),
    model: readModel(values),
    offlineWordMs: values.OFFLINE_WORD_MS ?? 15,
    limits: {
      fileBytes: (values.UPLOAD_MAX_MB ?? 100) * mebibyte,
      workspaceBytes: (values.WORKSPACE_QUOTA_MB ?? 1024) * mebibyte,
      concurrentRuns: values.RUN_CONCURRENCY ?? 200,
    },
    compactAfterMs: (values.COMPACT_AFTER_SECONDS ?? 60) * 1000,
    logLevel: values.LOG_LEVEL ?? 'info',
    metricsToken: values.METRICS_TOKEN ?? null,
    stopGraceMs: (values.STOP_GRACE_SECONDS ?? 10) * 1000,
  };
}

function checkSecret(secret: string | undefined, isProduction: boolean): void {
  if (secret === undefined) {
    if (!isProduction) return;
    throw new ConfigError(
      'AUTH_SECRET is missing: in production set it to 32 random bytes, for example from: openssl rand -base64 32',
    );
  }
  const isWeak = Buffer.byteLength(secret) < 32 || new Set(secret).size < 12;
  if (isWeak || (isProduction && sampleSecret.test(secret))) {
    throw new ConfigError(
      'AUTH_SECRET is too weak: use at least 32 random bytes, for example from: openssl rand -base64 32',
    );
  }
}

function readModel(values: z.infer<typeof environment>): Config['model'] {
  if (!values.OPENAI_BASE_URL && !values.OPENAI_API_KEY && !values.MODEL) return null;
  if (!values.MODEL) throw new ConfigError('MODEL is missing: name the model to use, for example MODEL=gpt-5-mini');
  if (!values.OPENAI_BASE_URL && !values.OPENAI_API_KEY) {
    throw new ConfigError('OPENAI_BASE_URL or OPENAI_API_KEY is missing: set one of them beside MODEL');
  }
  return {
    baseUrl: values.OPENAI_BASE_URL ?? 'https://api.openai.com/v1',
    apiKey: values.OPENAI_API_KEY ?? '',
    model: values.MODEL,
  };
}

function readOauth(values: z.infer<typeof environment>): Config['oauth'] {
  const google = readClient('GOOGLE', values.GOOGLE_CLIENT_ID, values.GOOGLE_CLIENT_SECRET);
  const github = readClient('GITHUB', values.GITHUB_CLIENT_ID, values.GITHUB_CLIENT_SECRET);
  const oidc = readClient('OIDC', values.OIDC_CLIENT_ID, values.OIDC_CLIENT_SECRET);
  const issuer = values.OIDC_ISSUER;
  if (oidc && !issuer) throw new ConfigError('OIDC_ISSUER is missing: set it beside OIDC_CLIENT_ID');
  if (issuer && !oidc) throw new ConfigError('OIDC_CLIENT_ID is missing: set it beside OIDC_ISSUER');
  const githubUrl = withoutSlash(values.GITHUB_URL ?? 'https://github.com');
  // GitHub Enterprise Server has its API below its own address: https://docs.github.com/en/enterprise-server/rest
  const apiUrl = values.GITHUB_API_URL ?? (values.GITHUB_URL ? `${githubUrl}/api/v3` : 'https://api.github.com');
  return {
    google: google && { ...google, url: values.GOOGLE_URL ? withoutSlash(values.GOOGLE_URL) : null },
    github: github && { ...github, url: githubUrl, apiUrl: withoutSlash(apiUrl) },
    // An issuer is compared letter by letter: a slash at its end belongs to it.
    oidc: oidc && issuer ? { ...oidc, issuer, name: values.OIDC_NAME ?? 'OpenID Connect' } : null,
  };
}

function readClient(
  prefix: string,
  clientId: string | undefined,
  clientSecret: string | undefined,
): OauthClient | null {
  if (!clientId && !clientSecret) return null;
  if (!clientId) throw new ConfigError(`${prefix}_CLIENT_ID is missing: set it beside ${prefix}_CLIENT_SECRET`);
  if (!clientSecret) throw new ConfigError(`${prefix}_CLIENT_SECRET is missing: set it beside ${prefix}_CLIENT_ID`);
  return { clientId, clientSecret };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
