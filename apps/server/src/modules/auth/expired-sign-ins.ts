import type { Operation } from '@atelier/entities/operation';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { SignInsRepository } from './sign-ins.repository.ts';

const system: Operation = { principal: { kind: 'system' } };
const everyMs = 60 * 60_000;
const batch = 1000;

/** Clears refresh tokens away that nobody can use any more, once an hour. */
export class ExpiredSignIns {
  readonly #signIns: SignInsRepository;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;

  constructor(signIns: SignInsRepository, log: Logger) {
    this.#signIns = signIns;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => void this.clear(), everyMs);
    this.#timer.unref();
    void this.clear();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  async clear(): Promise<void> {
    try {
      while ((await this.#signIns.removeExpired(system, batch)) === batch);
    } catch (error) {
      this.#log.warn({ error }, 'ended sign-ins could not be cleared away; trying again in an hour');
    }
  }
}
