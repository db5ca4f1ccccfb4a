import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpClient } from './mcp-client.ts';
import { failureIn } from './mcp-failure.ts';
import type { ServerPlace, TransportFactory } from './transport-factory.ts';

const sweepMs = 60_000;

interface Entry {
  readonly client: Promise<McpClient>;
  readonly sessionId: string | null;
  usedAt: number;
  users: number;
}

/**
 * The connections of this process: one for each person and server over HTTP, one for each session and server that is a
 * command. Calls of two people never share one. What nobody uses for ten minutes is closed.
 */
export class McpConnections {
  readonly #transports: Pick<TransportFactory, 'of'>;
  readonly #version: string;
  readonly #idleMs: number;
  readonly #entries = new Map<string, Entry>();
  readonly #timer: NodeJS.Timeout;

  constructor(opts: {
    readonly transports: Pick<TransportFactory, 'of'>;
    readonly version: string;
    readonly idleMs?: number;
  }) {
    this.#transports = opts.transports;
    this.#version = opts.version;
    this.#idleMs = opts.idleMs ?? 600_000;
    this.#timer = setInterval(() => this.#sweep(), sweepMs);
    this.#timer.unref();
  }

  /** Lends the connection of this place, which is made when there is none. @throws what `failureIn` reads. */
  async use<T>(place: ServerPlace, work: (client: McpClient) => Promise<T>): Promise<T> {
    const entry = this.#entryOf(place);
    entry.users += 1;
    try {
      return await work(await entry.client);
    } catch (error) {
      // A server that was started again knows this connection no more. Whoever asks next makes a new one.
      if (isBroken(error)) await this.#drop(keyOf(place), entry);
      throw error;
    } finally {
      entry.users -= 1;
      entry.usedAt = Date.now();
    }
  }

  /** The sessions in whose sandboxes a server runs that nobody asks anything just now. */
  idleSessions(): readonly string[] {
    return [...this.#entries.values()].flatMap(({ sessionId, users }) =>
      sessionId !== null && users === 0 ? [sessionId] : [],
    );
  }

  /** Ends what runs in a session's sandbox. */
  async closeSession(sessionId: string): Promise<void> {
    const ofSession = [...this.#entries].filter(([, entry]) => entry.sessionId === sessionId);
    await Promise.all(ofSession.map(([key, entry]) => this.#drop(key, entry)));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#entries].map(([key, entry]) => this.#drop(key, entry)));
  }

  #entryOf(place: ServerPlace): Entry {
    const key = keyOf(place);
    const known = this.#entries.get(key);
    if (known) return known;
    const client = this.#connect(place, () => this.#forget(key, entry));
    const entry: Entry = { client, sessionId: sessionOf(place), usedAt: Date.now(), users: 0 };
    this.#entries.set(key, entry);
    // One that failed is tried anew by the next; the failure is told to whoever waits for it.
    client.catch(() => this.#forget(key, entry));
    return entry;
  }

  async #connect(place: ServerPlace, onClosed: () => void): Promise<McpClient> {
    return await McpClient.connect(await this.#transports.of(place), { version: this.#version, onClosed });
  }

  /** A connection takes a while to close: by then its place may be another's. */
  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  async #drop(key: string, entry: Entry): Promise<void> {
    this.#forget(key, entry);
    const client = await entry.client.catch(() => null);
    await client?.close().catch(() => undefined);
  }

  #sweep(): void {
    const before = Date.now() - this.#idleMs;
    for (const [key, entry] of this.#entries) {
      if (entry.users === 0 && entry.usedAt < before) void this.#drop(key, entry);
    }
  }
}

/** Anything but an answer of the server, or none in time. */
function isBroken(error: unknown): boolean {
  return error instanceof StreamableHTTPError || failureIn(error) === 'mcp.unreachable';
}

/** A server that was changed is another one. */
function keyOf(place: ServerPlace): string {
  const { id, updatedAt } = place.server;
  return [id, updatedAt.getTime(), sessionOf(place) ?? '', sessionOf(place) === null ? place.userId : ''].join(' ');
}

function sessionOf({ server, sessionId }: ServerPlace): string | null {
  return server.kind === 'stdio' ? sessionId : null;
}
