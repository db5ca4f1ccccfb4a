import type { Model, ModelHealth } from '@atelier/agent/ports';
import type { RunError } from '@atelier/contracts/runs';
import type { Clock } from '@atelier/kernel/clock';

/** So many failures in a row, and a provider is left alone. */
const opensAfter = 5;
const firstRestMs = 30_000;
const longestRestMs = 5 * 60_000;
/** Whoever tries a provider again after its rest has so long before somebody else may. */
const trialMs = 60_000;

/** Failures that say nothing of the provider, but of what it was asked. */
const ownFault: readonly RunError['code'][] = [
  'provider.model_not_found',
  'provider.refused',
  'provider.context_too_long',
  'provider.invalid_data',
];

export interface ProviderHealth {
  /** `resting`: it failed again and again, and is not asked until `restsUntil`, unless there is nobody else. */
  readonly state: 'healthy' | 'failing' | 'resting';
  readonly failures: number;
  readonly lastError: RunError['code'] | null;
  readonly lastFailedAt: Date | null;
  readonly lastAnsweredAt: Date | null;
  readonly restsUntil: Date | null;
}

const unknown: ProviderHealth = {
  state: 'healthy',
  failures: 0,
  lastError: null,
  lastFailedAt: null,
  lastAnsweredAt: null,
  restsUntil: null,
};

/**
 * One breaker a provider. While it rests, a chain goes on with its next model at once; after the rest one run tries it,
 * and its answer closes the breaker again. Each process counts for itself, and tells `onChanged`.
 */
export class ProviderBreakers implements ModelHealth {
  readonly #clock: Clock;
  readonly #onChanged: (providerId: string, health: ProviderHealth) => void;
  readonly #known = new Map<string, ProviderHealth>();

  constructor(clock: Clock, onChanged: (providerId: string, health: ProviderHealth) => void = () => undefined) {
    this.#clock = clock;
    this.#onChanged = onChanged;
  }

  allows({ provider }: Model): boolean {
    const health = this.#of(provider.id);
    if (health.restsUntil === null) return true;
    const now = this.#clock.now();
    if (health.restsUntil > now) return false;
    // Whoever asks now tries it; the others go by until its answer is known.
    this.#known.set(provider.id, { ...health, restsUntil: new Date(now.getTime() + trialMs) });
    return true;
  }

  succeeded({ provider }: Model): void {
    const before = this.#of(provider.id);
    const now = this.#clock.now();
    this.#set(provider.id, {
      ...unknown,
      lastError: before.lastError,
      lastFailedAt: before.lastFailedAt,
      lastAnsweredAt: now,
    });
  }

  failed({ provider }: Model, { code }: RunError): void {
    if (ownFault.includes(code)) return;
    const before = this.#of(provider.id);
    const failures = before.failures + 1;
    const now = this.#clock.now();
    const rests = failures >= opensAfter;
    const restMs = Math.min(firstRestMs * 2 ** Math.max(0, failures - opensAfter), longestRestMs);
    this.#set(provider.id, {
      state: rests ? 'resting' : 'failing',
      failures,
      lastError: code,
      lastFailedAt: now,
      lastAnsweredAt: before.lastAnsweredAt,
      restsUntil: rests ? new Date(now.getTime() + restMs) : null,
    });
  }

  /** As this process knows it. */
  of(providerId: string): ProviderHealth {
    return this.#of(providerId);
  }

  #of(providerId: string): ProviderHealth {
    return this.#known.get(providerId) ?? unknown;
  }

  #set(providerId: string, health: ProviderHealth): void {
    this.#known.set(providerId, health);
    this.#onChanged(providerId, health);
  }
}
