import type { Logger } from '../../platform/telemetry/logger.ts';
import type { ProviderHealth } from './provider-breakers.ts';
import type { SeenHealth } from './provider-health.repository.ts';

/** After a change of state: soon enough for whoever looks, and once for many runs that fail together. */
const changedMs = 250;
/** So often at most while nothing changes but the time. */
const sameMs = 5000;
const stored = /^[0-9a-f]{8}-/;

export interface ProviderHealthRecorderDeps {
  readonly store: (seen: readonly SeenHealth[]) => Promise<void>;
  readonly log: Pick<Logger, 'warn'>;
}

/** Writes down what this process sees of providers, rarely and beside the runs: none waits for it, or fails by it. */
export class ProviderHealthRecorder {
  readonly #deps: ProviderHealthRecorderDeps;
  readonly #pending = new Map<string, SeenHealth>();
  readonly #states = new Map<string, ProviderHealth['state']>();
  #timer: { readonly timeout: NodeJS.Timeout; readonly isSoon: boolean } | null = null;

  constructor(deps: ProviderHealthRecorderDeps) {
    this.#deps = deps;
  }

  /** The environment's model and the offline one have no row to be written to. */
  note(providerId: string, { state, lastAnsweredAt, lastFailedAt, lastError, restsUntil }: ProviderHealth): void {
    if (!stored.test(providerId)) return;
    const isChanged = this.#states.get(providerId) !== state;
    this.#states.set(providerId, state);
    this.#pending.set(providerId, { providerId, lastAnsweredAt, lastFailedAt, lastError, restsUntil });
    this.#flushLater(isChanged);
  }

  /** Writes what is not written yet. */
  async stop(): Promise<void> {
    if (this.#timer) await this.#flush();
  }

  #flushLater(isSoon: boolean): void {
    if (this.#timer && (this.#timer.isSoon || !isSoon)) return;
    if (this.#timer) clearTimeout(this.#timer.timeout);
    const timeout = setTimeout(() => void this.#flush(), isSoon ? changedMs : sameMs).unref();
    this.#timer = { timeout, isSoon };
  }

  async #flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer.timeout);
    this.#timer = null;
    const seen = [...this.#pending.values()];
    this.#pending.clear();
    try {
      await this.#deps.store(seen);
    } catch (error) {
      this.#deps.log.warn({ error }, 'how providers answered could not be written down; the next answer is');
    }
  }
}
