import { Redis } from 'ioredis';
import type pg from 'pg';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  type RateLimiterStoreAbstract,
} from 'rate-limiter-flexible';
import type { Logger } from '../telemetry/logger.ts';

/** A store that failed is left alone for so long: callers are counted here meanwhile, instead of waiting one by one. */
const restMs = 1000;
const answersWithinMs = 2000;

interface Counter {
  readonly points: number;
  readonly seconds: number;
}

/** Where limits are counted for all processes. While it is away each process counts by itself: it never opens. */
export interface LimitStore {
  counter(counter: Counter): RateLimiterStoreAbstract;
  open(): Promise<void>;
  close(): void;
}

/** In the table `rate_limits`. The library's own clearing is off: its timer would outlive the program. */
export function postgresLimits(pool: pg.Pool, log: Logger): LimitStore {
  const storeClient = resting(pool, log);
  return {
    counter: (counter) =>
      new RateLimiterPostgres({
        ...optionsOf(counter),
        keyPrefix: '',
        storeClient,
        storeType: 'pool',
        tableName: 'rate_limits',
        tableCreated: true,
        clearExpiredByTimeout: false,
      }),
    open: () => Promise.resolve(),
    close: () => undefined,
  };
}

export function redisLimits(url: string, log: Logger): LimitStore {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: answersWithinMs,
    commandTimeout: answersWithinMs,
    retryStrategy: (attempt) => Math.min(attempt * 100, restMs),
  });
  const told = tellOnce(log);
  redis.on('error', told.away);
  redis.on('ready', told.back);
  return {
    counter: (counter) =>
      new RateLimiterRedis({
        ...optionsOf(counter),
        keyPrefix: 'atelier:limit',
        storeClient: redis,
        rejectIfRedisNotReady: true,
      }),
    // It goes on trying by itself.
    open: () => redis.connect().catch(() => undefined),
    close: () => redis.disconnect(),
  };
}

function optionsOf({ points, seconds }: Counter) {
  const counted = { points, duration: seconds };
  // Whoever has used up a limit is refused from memory until its end: refusing costs no query.
  return { ...counted, inMemoryBlockOnConsumed: points, insuranceLimiter: new RateLimiterMemory(counted) };
}

/** Read by pg for one statement as for a whole client; its types know the latter alone. */
interface TimedQuery extends pg.QueryConfig {
  readonly query_timeout: number;
}

function resting(pool: pg.Pool, log: Logger) {
  const told = tellOnce(log);
  let restsUntil = 0;
  const query = async (config: pg.QueryConfig) => {
    if (performance.now() < restsUntil) throw new Error('The store of limits has failed a moment ago.');
    try {
      const timed: TimedQuery = { ...config, query_timeout: answersWithinMs };
      const result = await pool.query(timed);
      told.back();
      return result;
    } catch (error) {
      restsUntil = performance.now() + restMs;
      told.away(error);
      throw error;
    }
  };
  return { query };
}

function tellOnce(log: Logger) {
  let isAway = false;
  return {
    away(error: unknown) {
      if (!isAway) log.warn({ error }, 'limits are counted by this process alone: their store does not answer');
      isAway = true;
    },
    back() {
      if (isAway) log.info({}, 'limits are counted in their store again');
      isAway = false;
    },
  };
}
