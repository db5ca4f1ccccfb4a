import { AppError } from '@atelier/kernel/app-error';
import type { WebSocket } from 'ws';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { endSocket } from './end-socket.ts';
import type { SocketLeases } from './socket-leases.ts';

/** RFC 6455's registry: the client may come back later. */
const tryAgainLater = 1013;

export interface SocketAdmissionOptions {
  readonly limiter: RateLimiter;
  readonly leases: SocketLeases;
  readonly metrics: Metrics;
}

/** How many sockets are let in: by address before there is one, by person once it says whose it is. */
export class SocketAdmission {
  readonly #options: SocketAdmissionOptions;
  constructor(options: SocketAdmissionOptions) {
    this.#options = options;
  }

  /** @throws AppError `request.too_many`. */
  async fromAddress(ip: string): Promise<void> {
    await this.#options.limiter.consume('connects_by_address', ip);
  }

  /** Closes a socket that is one too many. What it asks meanwhile is answered: that saves everybody else the wait. */
  async ofPerson(userId: string, socket: WebSocket): Promise<void> {
    const { limiter, leases, metrics } = this.#options;
    try {
      await limiter.consume('connects', userId);
      const lease = await leases.take(userId);
      if (!lease) throw new AppError('request.too_many', { details: { limit: 'open_sockets' } });
      if (socket.readyState === socket.OPEN) socket.once('close', () => lease.release());
      else lease.release();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      metrics.closedSockets.inc({ reason: 'limit' });
      endSocket(socket, tryAgainLater, `too many: ${String(error.details?.limit)}`);
    }
  }
}
