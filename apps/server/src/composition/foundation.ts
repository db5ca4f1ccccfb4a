import { migrate } from '@atelier/entities/migrate';
import type { Operation } from '@atelier/entities/operation';
import { systemClock } from '@atelier/kernel/clock';
import type { Config } from '../config.ts';
import {
  AuditChain,
  AuditLog,
  AuditLogRepository,
  AuditRetention,
  AuditService,
  Refusals,
} from '../modules/audit/index.ts';
import { SettingsRepository, SettingsService } from '../modules/installation/index.ts';
import { AllowedOrigins } from '../platform/http/origins.ts';
import { JobQueue } from '../platform/jobs/job-queue.ts';
import { FileTransport } from '../platform/mail/file-transport.ts';
import type { MailTransport } from '../platform/mail/mail-transport.ts';
import { QueuedMailer } from '../platform/mail/queued-mailer.ts';
import { SmtpTransport } from '../platform/mail/smtp-transport.ts';
import { openPostgres } from '../platform/postgres/open-postgres.ts';
import { EndedLimits } from '../platform/rate-limit/ended-limits.ts';
import { LateRefusals } from '../platform/rate-limit/late-refusals.ts';
import { postgresLimits, redisLimits } from '../platform/rate-limit/limit-stores.ts';
import { RateLimiter } from '../platform/rate-limit/rate-limiter.ts';
import { RateLimitsRepository } from '../platform/rate-limit/rate-limits.repository.ts';
import { HintBus } from '../platform/realtime/hint-bus.ts';
import { writeShares } from '../platform/realtime/log-writer.repository.ts';
import { LogWriter } from '../platform/realtime/log-writer.ts';
import { SessionFeeds } from '../platform/realtime/session-feeds.ts';
import { SessionLogRepository } from '../platform/realtime/session-log.repository.ts';
import { SocketAdmission } from '../platform/realtime/socket-admission.ts';
import { SocketLeasesRepository } from '../platform/realtime/socket-leases.repository.ts';
import { SocketLeases } from '../platform/realtime/socket-leases.ts';
import { KeyRing } from '../platform/secrets/key-ring.ts';
import { loadEncryptionKeys } from '../platform/secrets/key-sources.ts';
import { SigningKeys } from '../platform/secrets/signing-keys.ts';
import { loadSigningSecret } from '../platform/secrets/signing-secret.ts';
import { createLogger, type Logger } from '../platform/telemetry/logger.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import type { ComposeOptions } from './options.ts';

const system: Operation = { principal: { kind: 'system' } };

/** What every module stands on: the database, the log, limits, settings, the audit record, mail and keys. */
export type Foundation = Awaited<ReturnType<typeof openFoundation>>;

export async function openFoundation({ config, roles, clock = systemClock }: ComposeOptions) {
  const log = createLogger(config.logLevel);
  const metrics = createMetrics();
  const signingKeys = new SigningKeys([
    await loadSigningSecret(config.auth.secret, config.dataDirectory),
    ...(config.auth.previousSecret === null ? [] : [new TextEncoder().encode(config.auth.previousSecret)]),
  ]);
  const keys = new KeyRing(await loadEncryptionKeys(config.encryptionKeys, config.dataDirectory));
  const postgres = await openPostgres({ ...config, log });
  const { db, pool, connection } = postgres;
  await migrate(db);
  await db.openToMembers();

  const hints = new HintBus(connection, log);
  const eventLog = new SessionLogRepository(db);
  const feeds = new SessionFeeds({ db, repository: eventLog, hints, log });
  const writer = new LogWriter({
    store: {
      write: (shares) => writeShares(pool, shares),
      writerCount: (sessionId, fence) => eventLog.writerCount(system, sessionId, fence),
    },
    publish: (sessionId, events) => feeds.publish(sessionId, events),
    log,
    metrics,
  });
  const jobs = new JobQueue({ db, pool, log, isWorker: roles.worker });

  const mailer = new QueuedMailer({ jobs, keys, transport: createMailTransport(config, log), log });
  const auditRows = new AuditLogRepository(db);
  const auditChain = new AuditChain(keys);
  const auditLog = new AuditLog({ db, rows: auditRows, chain: auditChain, clock });
  const refusals = new Refusals(auditLog, log);
  const audit = new AuditService({ db, rows: auditRows, chain: auditChain, log: auditLog });
  const settings = new SettingsService({
    db,
    rows: new SettingsRepository(db),
    audit: auditLog,
    hints,
    clock,
    defaults: config.installation,
  });

  const limitStore = config.redisUrl ? redisLimits(config.redisUrl, log) : postgresLimits(pool, log);
  const limiter = new RateLimiter({
    store: limitStore,
    points: config.limitPoints,
    key: signingKeys.newest('limit-subject').key,
  });
  const lateRefusals = new LateRefusals(config.limitPoints.refusals);
  const endedLimits = new EndedLimits(new RateLimitsRepository(db), log);
  const leases = new SocketLeases({
    db,
    repository: new SocketLeasesRepository(db),
    serverId: hints.self,
    limit: config.limitPoints.open_sockets,
    log,
  });
  const admission = new SocketAdmission({ limiter, leases, metrics });
  const origins = new AllowedOrigins(config.http.publicUrl, config.http.port);
  const publicUrl = () => origins.publicUrl;
  const auditRetention = new AuditRetention({
    audit,
    retentionDays: async () => (await settings.current()).auditRetentionDays,
    clock,
    log,
  });
  return {
    config,
    roles,
    clock,
    log,
    metrics,
    signingKeys,
    keys,
    postgres,
    db,
    hints,
    eventLog,
    feeds,
    writer,
    jobs,
    mailer,
    auditLog,
    auditRetention,
    refusals,
    audit,
    settings,
    limitStore,
    limiter,
    lateRefusals,
    endedLimits,
    leases,
    admission,
    origins,
    publicUrl,
    /** Whether browsers come over TLS. */
    isSecure: config.http.publicUrl?.startsWith('https:') ?? false,
  };
}

function createMailTransport(config: Config, log: Logger): MailTransport {
  const { smtp, from } = config.mail;
  if (smtp) return new SmtpTransport({ ...smtp, from });
  return new FileTransport({ dataDirectory: config.dataDirectory, from, log });
}
