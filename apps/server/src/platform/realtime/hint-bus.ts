import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Logger } from '../telemetry/logger.ts';

/** What processes tell each other. A hint says "look", never what is true: it may be lost or come twice. */
export interface Hints {
  /** A session's log has reached `value`. */
  readonly log: number;
  /** Something about a session in this user's list has changed. */
  readonly sessions: string;
  /** A session was removed: who follows it must hear. */
  readonly removed: string;
  /** This run was queued in the session; none named: the session's next one may start. */
  readonly queued: string;
  /** A person asked this run to stop. */
  readonly stop: string;
  /** A sign-in ended: its sockets must close. */
  readonly signedOut: string;
  /** What this person may do somewhere has changed. */
  readonly access: string;
  /** What the installation is set to has changed. */
  readonly settings: string;
  /** This process has something running in the session's workspace. */
  readonly inUse: string;
  /** Whatever runs in the session's workspace has to end. A token by which to say that it has, and why. */
  readonly halt: string;
  /** By its token: this process has nothing running there any more. */
  readonly halted: string;
}
export type Topic = keyof Hints;

type Listener = (key: string, value: string) => void;

const channel = 'atelier_hints';
/** The first key of the advisory locks by which processes show that they live. */
export const presenceLock = 0x41_74_65;
/** PostgreSQL refuses a payload of 8,000 bytes and more. */
const maxPayload = 7000;
const pauseMs = 4;
const helloEveryMs = 5000;

interface HintMessage {
  readonly from: string;
  readonly hints: readonly (readonly [Topic, string, string])[];
}

/**
 * Carries hints between processes by LISTEN and NOTIFY, and within this one directly. Hints are collected for a few
 * milliseconds, the newest of each key wins, and nothing is sent while no other process has been heard of.
 */
export class HintBus {
  /** This process, as others know it: who sends a hint, and who holds a lease. */
  readonly self = randomUUID();
  readonly #connection: pg.ClientConfig;
  readonly #log: Logger;
  readonly #listeners = new Map<Topic, Set<Listener>>();
  readonly #peers = new Map<string, number>();
  #outgoing = new Map<string, readonly [Topic, string, string]>();
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #hello: NodeJS.Timeout | null = null;
  #isHelloDue = false;
  #isClosed = false;

  constructor(connection: pg.ClientConfig, log: Logger) {
    this.#connection = connection;
    this.#log = log;
  }

  async open(): Promise<void> {
    await this.#connect();
    this.#hello = setInterval(() => this.#sayHello(), helloEveryMs);
    this.#hello.unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#hello) clearInterval(this.#hello);
    if (this.#timer) clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  /** Calls `listener` for every hint of the topic, from this process and the others. Returns how to stop. */
  on<T extends Topic>(topic: T, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(topic, listeners);
    return () => listeners.delete(listener);
  }

  /** Tells this process at once and the others within milliseconds. */
  send<T extends Topic>(topic: T, key: string, value: Hints[T]): void {
    const text = String(value);
    this.#deliver(topic, key, text);
    this.sendToOthers(topic, key, text);
  }

  sendToOthers(topic: Topic, key: string, value: string): void {
    if (this.#peers.size === 0) return;
    this.#outgoing.set(topic === 'log' ? `log ${key}` : `${topic} ${key} ${value}`, [topic, key, value]);
    this.#flushSoon();
  }

  /** The other processes that have been heard of lately; some of them may be gone. */
  get peers(): readonly string[] {
    return [...this.#peers.keys()];
  }

  #deliver(topic: Topic, key: string, value: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(key, value);
  }

  /** A connection asks one thing at a time: what is to be said meanwhile is collected. */
  async #flush(): Promise<void> {
    try {
      for (const message of this.#taken()) {
        await this.#client?.query('SELECT pg_notify($1, $2)', [channel, JSON.stringify(message)]);
      }
    } catch (error) {
      this.#log.warn({ error }, 'a hint could not be sent; readers find out by timer');
    }
    this.#timer = null;
    if (this.#outgoing.size > 0 || this.#isHelloDue) this.#flushSoon();
  }

  #flushSoon(): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.#flush(), pauseMs);
  }

  /** All that is to be said, in messages of a size that PostgreSQL carries. A message without hints is a hello. */
  #taken(): readonly HintMessage[] {
    const hints = [...this.#outgoing.values()];
    const messages: HintMessage[] = hints.length === 0 && this.#isHelloDue ? [{ from: this.self, hints }] : [];
    this.#outgoing = new Map();
    this.#isHelloDue = false;
    for (let start = 0; start < hints.length; ) {
      let end = start + 1;
      let size = 100 + JSON.stringify(hints[start]).length;
      while (end < hints.length && size < maxPayload - 300) {
        size += JSON.stringify(hints[end]).length + 1;
        end += 1;
      }
      messages.push({ from: this.self, hints: hints.slice(start, end) });
      start = end;
    }
    return messages;
  }

  #sayHello(): void {
    const silentSince = Date.now() - 3 * helloEveryMs;
    for (const [peer, heardAt] of this.#peers) if (heardAt < silentSince) this.#peers.delete(peer);
    this.#isHelloDue = true;
    this.#flushSoon();
  }

  #receive(payload: string | undefined): void {
    if (!payload) return;
    // Only this class sends on the channel; a foreign payload ends in the catch of the caller.
    const message = JSON.parse(payload) as HintMessage;
    if (message.from === this.self) return;
    const isNew = !this.#peers.has(message.from);
    this.#peers.set(message.from, Date.now());
    if (isNew) this.#sayHello();
    for (const [topic, key, value] of message.hints) this.#deliver(topic, key, value);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ ...this.#connection, application_name: 'atelier-hints', keepAlive: true });
    client.on('notification', (notification) => {
      try {
        this.#receive(notification.payload);
      } catch (error) {
        this.#log.warn({ error }, 'a hint could not be read');
      }
    });
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('The hint connection ended.')));
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    // Held as long as this connection lives: whoever does not find it knows that this process is gone.
    await client.query('SELECT pg_advisory_lock_shared($1, hashtext($2))', [presenceLock, this.self]);
    this.#client = client;
    this.#sayHello();
  }

  /** Hints sent meanwhile are lost, which is allowed: readers look on a timer. */
  #lost(client: pg.Client, error: unknown): void {
    if (this.#isClosed || this.#client !== client) return;
    this.#client = null;
    this.#log.warn({ error }, 'the hint connection broke; connecting again');
    const again = () => {
      if (this.#isClosed) return;
      this.#connect().catch(() => setTimeout(again, 1000).unref());
    };
    setTimeout(again, 200).unref();
  }
}
