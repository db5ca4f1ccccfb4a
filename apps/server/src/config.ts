import path from 'node:path';
import { type InstallationSettings, installationSettings } from '@atelier/contracts/installation';
import { type Scope, scope } from '@atelier/contracts/permissions';
import * as z from 'zod';
import { type LimitPoints, limits } from './platform/rate-limit/limits.ts';
import { type EncryptionKey, EncryptionKeysError, parseEncryptionKeys } from './platform/secrets/encryption-keys.ts';
import {
  areWeakKeys,
  hasSamplePassword,
  isGuessableToken,
  isPlaceholder,
  isSampleSecret,
  isWeakSecret,
} from './weak-secrets.ts';

/** A refusal to start, in one clear line that names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const flag = z.enum(['0', '1', 'true', 'false']).transform((value) => value === '1' || value === 'true');
const positive = z.coerce.number().int().positive();
const points = positive.max(1_000_000_000);
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
  AUTH_SECRET_PREVIOUS: optional(z.string()),
  ENCRYPTION_KEYS: optional(z.string()),
  ACCESS_TOKEN_MINUTES: optional(positive.max(60)),
  OPENAI_BASE_URL: optional(z.url({ protocol: /^https?$/ })),
  OPENAI_API_KEY: optional(z.string()),
  MODEL: optional(z.string()),
  OFFLINE_WORD_MS: optional(z.coerce.number().min(0).max(1000)),
  UPLOAD_MAX_MB: optional(positive),
  WORKSPACE_QUOTA_MB: optional(positive),
  RUN_CONCURRENCY: optional(positive),
  MODEL_STALL_SECONDS: optional(z.coerce.number().min(5).max(3600)),
  COMPACT_AFTER_SECONDS: optional(z.coerce.number().min(0)),
  LOG_LEVEL: optional(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])),
  METRICS_TOKEN: optional(z.string().min(16)),
  STOP_GRACE_SECONDS: optional(z.coerce.number().min(0).max(300)),
  SANDBOX_HOSTS: optional(z.string()),
  APPROVAL_HOURS: optional(
    z.coerce
      .number()
      .positive()
      .max(24 * 30),
  ),
  TRACE_CONTENT: optional(flag),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(z.url({ protocol: /^https?$/ })),
  OTEL_EXPORTER_OTLP_HEADERS: optional(z.string().max(8192)),
  REGISTRATION: optional(z.string()),
  ADMINS_NEED_SECOND_FACTOR: optional(flag),
  IDLE_MINUTES: optional(positive),
  AUDIT_RETENTION_DAYS: optional(positive),
  SMTP_URL: optional(z.url({ protocol: /^smtps?$/ })),
  SMTP_INSECURE: optional(flag),
  MAIL_FROM: optional(z.string().max(320)),
  REDIS_URL: optional(z.url({ protocol: /^rediss?$/ })),
  LIMIT_PROCEDURES: optional(points),
  LIMIT_VISITS: optional(points),
  LIMIT_AUTH_BY_ADDRESS: optional(points),
  LIMIT_AUTH_BY_ACCOUNT: optional(points),
  LIMIT_REPORTS: optional(points),
  LIMIT_CONNECTS: optional(points),
  LIMIT_CONNECTS_BY_ADDRESS: optional(points),
  LIMIT_OPEN_SOCKETS: optional(points),
  LIMIT_SOCKET_MESSAGES: optional(points),
  LIMIT_REFUSALS: optional(points),
  LIMIT_RUNS: optional(points),
  LIMIT_INVITATIONS: optional(points),
  LIMIT_FORKS: optional(points),
  LIMIT_RUNS_OF_ALL: optional(points),
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
  EXTERNAL_ISSUERS: optional(z.string().max(16_384)),
});

/** Signatures by a key pair. What whoever checks could sign as well (HMAC), and none at all, are no signatures. */
const signatures = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const externalIssuers = z
  .array(
    z.strictObject({
      issuer: overTls,
      audience: z.string().min(1).max(255),
      jwksUri: overTls.optional(),
      algorithms: z.array(z.enum(signatures)).min(1),
      scopes: z.array(scope).min(1).default(['read']),
    }),
  )
  .max(20)
  .refine((list) => new Set(list.map(({ issuer }) => issuer)).size === list.length, 'an issuer stands there twice');

const mebibyte = 1024 * 1024;

/** Somebody else whose access tokens are taken. */
interface ExternalIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** Null: where its discovery document says. */
  readonly jwksUri: string | null;
  readonly algorithms: readonly string[];
  readonly scopes: readonly Scope[];
}

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
    /** The secret of before, still honoured; null when there is none. */
    readonly previousSecret: string | null;
    readonly accessTokenSeconds: number;
  };
  /** What holds until an administrator sets something else in the app. */
  readonly installation: InstallationSettings;
  /** Newest first. Null: made once and kept in the data directory. */
  readonly encryptionKeys: readonly EncryptionKey[] | null;
  readonly mail: {
    /** Null: mail is written to files in the data directory. */
    readonly smtp: { readonly url: string; readonly requiresTls: boolean } | null;
    readonly from: { readonly name: string; readonly address: string };
  };
  /** Where people can sign in besides with a password; null: not there. */
  readonly oauth: {
    readonly google: (OauthClient & { readonly url: string | null }) | null;
    readonly github: (OauthClient & { readonly url: string; readonly apiUrl: string }) | null;
    readonly oidc: (OauthClient & { readonly issuer: string; readonly name: string }) | null;
  };
  /** Whose access tokens are taken besides our own. */
  readonly externalIssuers: readonly ExternalIssuer[];
  readonly model: { readonly baseUrl: string; readonly apiKey: string; readonly model: string } | null;
  readonly offlineWordMs: number;
  readonly limits: { readonly fileBytes: number; readonly workspaceBytes: number; readonly concurrentRuns: number };
  /** A model that sends nothing for this long is given up. */
  readonly modelStallMs: number;
  /** How often callers may do what, by the names of `limits`. */
  readonly limitPoints: LimitPoints;
  /** Null: limits are counted in PostgreSQL. */
  readonly redisUrl: string | null;
  readonly compactAfterMs: number;
  readonly logLevel: string;
  readonly metricsToken: string | null;
  readonly stopGraceMs: number;
  /** What commands in the sandbox may reach: `example.com`, `*.example.com`. None: they have no network. */
  readonly sandboxHosts: readonly string[];
  /** How long a run waits for a person. */
  readonly approvalHours: number;
  readonly traces: {
    /** Whether spans hold prompts, arguments and outputs. */
    readonly content: boolean;
    /** Where spans are sent besides, without `/v1/traces`; null: nowhere. */
    readonly otlp: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null;
  };
}

/**
 * Reads the environment once. The only reader of `process.env`.
 * @throws ConfigError naming the variable when a value is missing, malformed, or a weak secret in production. Whoever
 * opens the port to other machines and does not say what it is for runs a production, too.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const problem = parsed.error.issues[0];
    throw new ConfigError(`${problem?.path.join('.')} is not valid: ${problem?.message}`);
  }
  const values = parsed.data;
  const isProduction = values.NODE_ENV === 'production';
  const host = values.HOST ?? '127.0.0.1';
  if (!isLoopback(host) && !values.PUBLIC_URL) {
    throw new ConfigError(
      'PUBLIC_URL is missing: with HOST open to other machines, set it to the address people type, for example PUBLIC_URL=https://atelier.example.com',
    );
  }
  const isExposed = isProduction || (values.NODE_ENV === undefined && !isLoopback(host));
  checkSecrets(values, isExposed);
  const encryptionKeys = readEncryptionKeys(values.ENCRYPTION_KEYS, isExposed);

  return {
    isProduction,
    http: {
      port: values.PORT ?? 3000,
      host,
      publicUrl: values.PUBLIC_URL === undefined ? null : withoutSlash(values.PUBLIC_URL),
      trustedProxies: values.TRUST_PROXY ?? 0,
    },
    dataDirectory: path.resolve(values.DATA_DIR ?? 'data'),
    databaseUrl: values.DATABASE_URL ?? null,
    auth: {
      secret: values.AUTH_SECRET ?? null,
      previousSecret: values.AUTH_SECRET_PREVIOUS ?? null,
      accessTokenSeconds: (values.ACCESS_TOKEN_MINUTES ?? 10) * 60,
    },
    installation: readInstallation(values, isLoopback(host)),
    encryptionKeys,
    mail: readMail(values),
    oauth: readOauth(values),
    externalIssuers: readExternalIssuers(values),
    model: readModel(values),
    offlineWordMs: values.OFFLINE_WORD_MS ?? 15,
    limits: {
      fileBytes: (values.UPLOAD_MAX_MB ?? 100) * mebibyte,
      workspaceBytes: (values.WORKSPACE_QUOTA_MB ?? 1024) * mebibyte,
      concurrentRuns: values.RUN_CONCURRENCY ?? 200,
    },
    modelStallMs: (values.MODEL_STALL_SECONDS ?? 120) * 1000,
    limitPoints: readLimitPoints(values),
    redisUrl: values.REDIS_URL ?? null,
    compactAfterMs: (values.COMPACT_AFTER_SECONDS ?? 60) * 1000,
    logLevel: values.LOG_LEVEL ?? 'info',
    metricsToken: values.METRICS_TOKEN ?? null,
    stopGraceMs: (values.STOP_GRACE_SECONDS ?? 10) * 1000,
    sandboxHosts: readHosts(values.SANDBOX_HOSTS),
    approvalHours: values.APPROVAL_HOURS ?? 24,
    traces: readTraces(values),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Whoever can reach a laptop's own address is its owner; elsewhere people are invited until an administrator opens it. */
function readInstallation(values: z.infer<typeof environment>, isOwnMachine: boolean): InstallationSettings {
  const rule = values.REGISTRATION ?? (isOwnMachine ? 'open' : 'invitation');
  const parsed = installationSettings.safeParse({
    registration:
      rule === 'open' || rule === 'invitation' ? { mode: rule } : { mode: 'domain', domains: rule.split(',') },
    adminsNeedSecondFactor: values.ADMINS_NEED_SECOND_FACTOR ?? false,
    idleMinutes: values.IDLE_MINUTES ?? null,
    auditRetentionDays: values.AUDIT_RETENTION_DAYS ?? null,
    organisationBudget: { monthlyCost: null, dailyTokens: null },
    // What leads outside, or runs what others wrote, waits for an administrator.
    webFetch: { isOn: false, hosts: [] },
    mcp: { commands: [], internalHosts: [] },
  });
  if (parsed.success) return parsed.data;
  const [setting = ''] = parsed.error.issues[0]?.path ?? [];
  throw new ConfigError(`${installationVariables[String(setting)]} is not valid: ${parsed.error.issues[0]?.message}`);
}

const installationVariables: Readonly<Record<string, string>> = {
  registration: 'REGISTRATION',
  idleMinutes: 'IDLE_MINUTES',
  auditRetentionDays: 'AUDIT_RETENTION_DAYS',
};

const secretAdvice = 'use at least 32 random bytes, for example from: openssl rand -base64 32';

/** `isExposed`: other people depend on it, so that nothing may be missing or come from a sample. */
function checkSecrets(values: z.infer<typeof environment>, isExposed: boolean): void {
  const { AUTH_SECRET, AUTH_SECRET_PREVIOUS, METRICS_TOKEN } = values;
  if (AUTH_SECRET === undefined && isExposed) {
    throw new ConfigError(
      'AUTH_SECRET is missing: in production set it to 32 random bytes, for example from: openssl rand -base64 32',
    );
  }
  for (const [name, secret] of Object.entries({ AUTH_SECRET, AUTH_SECRET_PREVIOUS })) {
    if (secret === undefined) continue;
    if (isWeakSecret(secret) || (isExposed && isSampleSecret(secret))) {
      throw new ConfigError(`${name} is too weak: ${secretAdvice}`);
    }
  }
  if (AUTH_SECRET_PREVIOUS !== undefined && AUTH_SECRET_PREVIOUS === AUTH_SECRET) {
    throw new ConfigError('AUTH_SECRET_PREVIOUS is the same as AUTH_SECRET: set it to the one before, or not at all');
  }
  if (!isExposed) return;
  if (METRICS_TOKEN !== undefined && isGuessableToken(METRICS_TOKEN)) {
    throw new ConfigError('METRICS_TOKEN is too weak: use a random one, for example from: openssl rand -hex 24');
  }
  const ofProviders = ['GOOGLE_CLIENT_SECRET', 'GITHUB_CLIENT_SECRET', 'OIDC_CLIENT_SECRET', 'OPENAI_API_KEY'] as const;
  for (const name of ofProviders) {
    if (values[name] === undefined || !isPlaceholder(values[name])) continue;
    throw new ConfigError(`${name} is the one of a guide: set the one that the provider gave you, or none`);
  }
  for (const name of ['DATABASE_URL', 'SMTP_URL'] as const) {
    if (values[name] === undefined || !hasSamplePassword(values[name])) continue;
    throw new ConfigError(
      `${name} has a password that everybody knows: use a random one, for example from: openssl rand -hex 24`,
    );
  }
}

function readEncryptionKeys(text: string | undefined, isExposed: boolean): readonly EncryptionKey[] | null {
  if (text === undefined) {
    if (!isExposed) return null;
    throw new ConfigError(
      'ENCRYPTION_KEYS is missing: in production set it to v1:<key>, with a key for example from: openssl rand -base64 32',
    );
  }
  try {
    const keys = parseEncryptionKeys(text);
    if (isExposed && areWeakKeys(keys)) throw new EncryptionKeysError(`a key is too weak: ${secretAdvice}`);
    return keys;
  } catch (error) {
    if (!(error instanceof EncryptionKeysError)) throw error;
    throw new ConfigError(`ENCRYPTION_KEYS is not valid: ${error.message}`);
  }
}

const sender = /^(?:([^<>"@,;:\\\p{Cc}]{1,80})<([^<>]+)>|([^<>]+))$/u;

function readMail(values: z.infer<typeof environment>): Config['mail'] {
  const { SMTP_URL, MAIL_FROM } = values;
  const [, name = '', named, bare] = sender.exec(MAIL_FROM ?? 'Atelier <atelier@localhost.invalid>') ?? [];
  const address = z.email().safeParse((named ?? bare ?? '').trim());
  if (!address.success) {
    throw new ConfigError('MAIL_FROM is not valid: give an address, for example Atelier <atelier@example.com>');
  }
  const from = { name: name.trim(), address: address.data };
  if (SMTP_URL === undefined) return { smtp: null, from };
  if (MAIL_FROM === undefined) {
    throw new ConfigError(
      'MAIL_FROM is missing: with SMTP_URL set it to the sender, for example Atelier <atelier@example.com>',
    );
  }
  const requiresTls = !isLoopback(new URL(SMTP_URL).hostname) && !(values.SMTP_INSECURE ?? false);
  return { smtp: { url: SMTP_URL, requiresTls }, from };
}

function readLimitPoints(values: z.infer<typeof environment>): LimitPoints {
  return {
    procedures: values.LIMIT_PROCEDURES ?? limits.procedures.points,
    visits: values.LIMIT_VISITS ?? limits.visits.points,
    auth_by_address: values.LIMIT_AUTH_BY_ADDRESS ?? limits.auth_by_address.points,
    auth_by_account: values.LIMIT_AUTH_BY_ACCOUNT ?? limits.auth_by_account.points,
    reports: values.LIMIT_REPORTS ?? limits.reports.points,
    connects: values.LIMIT_CONNECTS ?? limits.connects.points,
    connects_by_address: values.LIMIT_CONNECTS_BY_ADDRESS ?? limits.connects_by_address.points,
    open_sockets: values.LIMIT_OPEN_SOCKETS ?? limits.open_sockets.points,
    socket_messages: values.LIMIT_SOCKET_MESSAGES ?? limits.socket_messages.points,
    refusals: values.LIMIT_REFUSALS ?? limits.refusals.points,
    runs: values.LIMIT_RUNS ?? limits.runs.points,
    invitations: values.LIMIT_INVITATIONS ?? limits.invitations.points,
    forks: values.LIMIT_FORKS ?? limits.forks.points,
    runs_of_all: values.LIMIT_RUNS_OF_ALL ?? limits.runs_of_all.points,
  };
}

/** @throws ConfigError for what is no name of a host. */
function readHosts(text: string | undefined): readonly string[] {
  const hosts = (text ?? '').split(',').flatMap((host) => (host.trim() === '' ? [] : [host.trim().toLowerCase()]));
  if (hosts.every((host) => host.length <= 253 && host.replace(/^\*\./, '').split('.').every(isLabel))) return hosts;
  throw new ConfigError(
    'SANDBOX_HOSTS is not valid: give names with commas between, for example registry.npmjs.org, *.example.com',
  );
}

/** @throws ConfigError for headers that are none. */
function readTraces(values: z.infer<typeof environment>): Config['traces'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: url } = values;
  const headers = readHeaders(values.OTEL_EXPORTER_OTLP_HEADERS ?? '');
  return {
    content: values.TRACE_CONTENT ?? false,
    otlp: url === undefined ? null : { url: withoutSlash(url), headers },
  };
}

/** `name=value,name=value`, values percent-encoded: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
function readHeaders(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...rest] = pair.split('=').map((part) => part.trim());
      const value = rest.join('=');
      const isWritten = rest.length > 0 && /^[!#$%&'*+.^`|~\w-]+$/.test(name) && /^[\x21-\x7e]*$/.test(value);
      const decoded = isWritten ? decodedOrNull(value) : null;
      if (decoded === null) {
        throw new ConfigError('OTEL_EXPORTER_OTLP_HEADERS is not valid: give name=value with commas between');
      }
      return [name, decoded];
    }),
  );
}

/** Null for what cannot be a header's value. */
function decodedOrNull(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text);
    // A line's end in a value would begin another header.
    return /\p{Cc}/u.test(decoded) ? null : decoded;
  } catch {
    return null;
  }
}

function isLabel(text: string): boolean {
  return /^[a-z0-9-]{1,63}$/.test(text);
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

function readExternalIssuers(values: z.infer<typeof environment>): readonly ExternalIssuer[] {
  const text = values.EXTERNAL_ISSUERS;
  if (text === undefined) return [];
  const parsed = externalIssuers.safeParse(parseJson(text));
  if (!parsed.success) {
    const [problem] = parsed.error.issues;
    const where = problem?.path.map(String).join('.');
    throw new ConfigError(`EXTERNAL_ISSUERS is not valid: ${where ? `${where}: ` : ''}${problem?.message}`);
  }
  for (const { issuer, audience } of parsed.data) {
    // An ID token of a sign-in names the client as its audience: it would pass for an access token.
    if (issuer === values.OIDC_ISSUER && audience === values.OIDC_CLIENT_ID) {
      throw new ConfigError('EXTERNAL_ISSUERS is not valid: the audience must be another one than OIDC_CLIENT_ID');
    }
  }
  return parsed.data.map(({ jwksUri = null, ...issuer }) => ({ ...issuer, jwksUri }));
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
  return url.replace(/(?<!\/)\/+$/, '');
}
