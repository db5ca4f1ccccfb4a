import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';
import type { Logger } from '../telemetry/logger.ts';
import type { SocketLeasesRepository } from './socket-leases.repository.ts';

const system: Operation = { principal: { kind: 'system' } };
const heartbeatMs = 20_000;
/** A process that was not heard of for so long holds nothing any more. */
const aliveSeconds = 60;
/** Sockets that close together are given back together. */
const collectMs = 50;

export interface SocketLeasesOptions {
  readonly db: Database;
  readonly repository: SocketLeasesRepository;
  /** This process, as others know it. */
  readonly serverId: string;
  /** How many sockets a person may have open. */
  readonly limit: number;
  readonly log: Logger;
}

/** The right to hold one socket. */
export interface SocketLease {
  release(): void;
}

/** Counts the open sockets of people over all processes; of this process alone while the database is away. */
export class SocketLeases {
  readonly #options: SocketLeasesOptions;
  readonly #held = new Map<string, number>();
  readonly #released = new Set<string>();
  #heartbeat: NodeJS.Timeout | null = null;
  #collecting: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(options: SocketLeasesOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#heartbeat = setInterval(() => void this.#beat(), heartbeatMs);
    this.#heartbeat.unref();
    await this.#beat();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of [this.#heartbeat, this.#collecting]) if (timer) clearTimeout(timer);
    const { repository, serverId } = this.#options;
    // What is not given back now ends with the heartbeat.
    await repository.removeServer(system, serverId).catch(() => undefined);
  }

  /** Null: this person has as many as are allowed. */
  async take(userId: string): Promise<SocketLease | null> {
    const here = this.#held.get(userId) ?? 0;
    if (here >= this.#options.limit) return null;
    this.#held.set(userId, here + 1);
    const id = newId();
    const isTaken = await this.#insert(id, userId);
    if (!isTaken) this.#letGo(userId);
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      this.#letGo(userId);
      this.#giveBack(id);
    };
    return isTaken ? { release } : null;
  }

  async #insert(id: string, userId: string): Promise<boolean> {
    const { db, repository, serverId, limit, log } = this.#options;
    try {
      return await db.transaction(system, async (op) => {
        await repository.lockPerson(op, userId);
        return await repository.insertBelow(op, { id, userId, serverId }, limit);
      });
    } catch (error) {
      log.warn({ error }, 'open sockets are counted by this process alone: the database does not answer');
      return true;
    }
  }

  #letGo(userId: string): void {
    const left = (this.#held.get(userId) ?? 1) - 1;
    if (left > 0) this.#held.set(userId, left);
    else this.#held.delete(userId);
  }

  #giveBack(id: string): void {
    if (this.#isStopped) return;
    this.#released.add(id);
    this.#collecting ??= setTimeout(() => void this.#flush(), collectMs);
    this.#collecting.unref();
  }

  /** What cannot be given back now is given back with the next heartbeat. */
  async #flush(): Promise<void> {
    this.#collecting = null;
    const ids = [...this.#released];
    if (ids.length === 0) return;
    try {
      await this.#options.repository.remove(system, ids);
      for (const id of ids) this.#released.delete(id);
    } catch (error) {
      this.#options.log.warn({ error }, 'closed sockets are still counted: the database does not answer');
    }
  }

  async #beat(): Promise<void> {
    const { repository, serverId, log } = this.#options;
    try {
      await repository.keepServer(system, serverId, aliveSeconds);
      await repository.removeGoneServers(system);
    } catch (error) {
      log.warn({ error }, 'this process could not say that it holds sockets');
    }
    await this.#flush();
  }
}
