import type { ServerResponse } from 'node:http';
import type { Asked, Dialect } from './dialect.ts';

/** A request for an answer that was in order. */
export interface AskedFor extends Asked {
  readonly dialect: Dialect['name'];
  readonly key: string;
  /** As it came. */
  readonly body: unknown;
  /** `aborted`: the reader closed the connection before the end. */
  state: 'open' | 'answered' | 'aborted';
  /** How much of the answer the connection has taken, in bytes. */
  readonly written: number;
}

/** What was asked for: the latest requests, and how many there were. */
export class Requests {
  readonly latest: AskedFor[] = [];
  readonly #counts: { readonly model: string; readonly key: string; count: number }[] = [];

  add(asked: Omit<AskedFor, 'state' | 'written'>, response: ServerResponse): void {
    const { socket } = response;
    const before = socket?.bytesWritten ?? 0;
    const entry: AskedFor = {
      ...asked,
      state: 'open',
      get written() {
        return (socket?.bytesWritten ?? 0) - before;
      },
    };
    response.once('close', () => {
      entry.state = response.writableFinished ? 'answered' : 'aborted';
    });
    this.latest.push(entry);
    if (this.latest.length > 100) this.latest.shift();
    const known = this.#counts.find(({ model, key }) => model === asked.model && key === asked.key);
    if (known) known.count += 1;
    else this.#counts.push({ model: asked.model, key: asked.key, count: 1 });
  }

  count(of: { readonly model?: string; readonly key?: string } = {}): number {
    const isMeant = (each: { readonly model: string; readonly key: string }) =>
      (of.model === undefined || of.model === each.model) && (of.key === undefined || of.key === each.key);
    return this.#counts.filter(isMeant).reduce((sum, { count }) => sum + count, 0);
  }

  /** For other processes: how many in all, and of each model. */
  get counts(): { readonly total: number; readonly models: Readonly<Record<string, number>> } {
    const models = Object.fromEntries(this.#counts.map(({ model }) => [model, this.count({ model })]));
    return { total: this.count(), models };
  }
}
