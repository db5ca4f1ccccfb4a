import { type InstallationSettings, installationSettings } from '@atelier/contracts/installation';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import type { Clock } from '@atelier/kernel/clock';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { SettingsRepository } from './settings.repository.ts';

const system: Operation = { principal: { kind: 'system' } };
/** Other processes are told of a change; one that was not looks by itself after this time. */
const keepMs = 4000;

export interface SettingsDeps {
  readonly db: Database;
  readonly rows: SettingsRepository;
  readonly audit: AuditLog;
  readonly hints: HintBus;
  readonly clock: Clock;
  /** What holds until somebody sets something else. */
  readonly defaults: InstallationSettings;
}

/** What the installation is set to. Asked for all the time, so it is kept for some seconds. */
export class SettingsService {
  readonly #deps: SettingsDeps;
  #kept: Promise<InstallationSettings> | null = null;
  #keptUntil = 0;

  constructor(deps: SettingsDeps) {
    this.#deps = deps;
    deps.hints.on('settings', () => {
      this.#kept = null;
    });
  }

  async current(): Promise<InstallationSettings> {
    if (!this.#kept || performance.now() > this.#keptUntil) {
      const reading = this.#read(system);
      this.#kept = reading;
      this.#keptUntil = performance.now() + keepMs;
      // A failure is told to whoever asked, and not kept for the next.
      reading.catch(() => {
        if (this.#kept === reading) this.#kept = null;
      });
    }
    return await this.#kept;
  }

  async change(
    op: Operation,
    principal: SignedIn,
    changed: Partial<InstallationSettings>,
  ): Promise<InstallationSettings> {
    const { db, rows, audit, hints, clock } = this.#deps;
    const entries = Object.entries(changed).filter(([, value]) => value !== undefined);
    return await db.transaction(asSystem(op), async (op) => {
      const before = await this.#read(op);
      await rows.save(op, new Map(entries), { userId: principal.userId, at: clock.now() });
      const after = await this.#read(op);
      await audit.recordInstallation(op, {
        action: 'settings.changed',
        target: { kind: 'installation', id: null },
        actorId: principal.userId,
        before: pick(before, entries),
        after: pick(after, entries),
      });
      db.afterCommit(op, () => hints.send('settings', '', ''));
      return after;
    });
  }

  async #read(op: Operation): Promise<InstallationSettings> {
    const stored = await this.#deps.rows.all(op);
    return installationSettings.parse({ ...this.#deps.defaults, ...Object.fromEntries(stored) });
  }
}

function pick(settings: InstallationSettings, entries: readonly (readonly [string, unknown])[]) {
  return Object.fromEntries(entries.map(([key]) => [key, Reflect.get(settings, key)]));
}
