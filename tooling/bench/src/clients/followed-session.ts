import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AtelierClient } from '@atelier/client';
import { sessionId as toSessionId } from '@atelier/contracts/ids';
import { isTerminal } from '@atelier/contracts/runs';
import type { Transcript } from '@atelier/contracts/transcript';
import { checkWords } from '../statistics.ts';

export interface Answered {
  /** From the call of `messages.send` to the first text that its sender saw. */
  readonly firstTokenMs: number;
}

/** A session that somebody has open: followed from before the first message, as the web app does. */
export class FollowedSession {
  readonly #client: AtelierClient;
  readonly #id: ReturnType<typeof toSessionId.parse>;
  readonly #stop = new AbortController();
  readonly #follows: Promise<void>;
  #text = '';
  #shown: Transcript | null = null;
  #firstTokenAt = 0;
  #failure: unknown = null;
  #wake: () => void = () => undefined;

  private constructor(client: AtelierClient, id: string) {
    this.#client = client;
    this.#id = toSessionId.parse(id);
    this.#follows = this.#follow().catch((error: unknown) => {
      this.#failure = error;
      this.#wake();
    });
  }

  static async open(client: AtelierClient, id: string): Promise<FollowedSession> {
    const session = new FollowedSession(client, id);
    await session.#until(() => session.#shown !== null && client.connection.state === 'connected');
    return session;
  }

  /** Sends a script of `words` words, and sees them all. @throws Error when one is lost, doubled or out of order. */
  async ask(script: string, words: number, options: { readonly checksLog?: boolean } = {}): Promise<Answered> {
    const sentAt = performance.now();
    const parts = [{ type: 'text', text: script } as const];
    const sending = this.#client.api.messages.send.mutate({ sessionId: this.#id, clientId: randomUUID(), parts });
    await this.#until(() => this.#firstTokenAt > 0);
    const firstTokenMs = this.#firstTokenAt - sentAt;
    if (options.checksLog) await this.#checkLog();
    await sending;
    await this.#until(() => isTerminal(runOf(this.#shown)?.state ?? 'queued'));
    const run = runOf(this.#shown);
    if (run?.state !== 'succeeded') throw new Error(`The run ${run?.state}: ${run?.error?.message}`);
    checkWords(this.#text, words);
    return { firstTokenMs };
  }

  /** @throws Error unless the stored conversation holds what has been shown. */
  async checkLog(): Promise<void> {
    await this.#checkLog();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#follows;
  }

  async #checkLog(): Promise<void> {
    const { seq } = this.#shown ?? { seq: 0 };
    const text = this.#text;
    const stored = await this.#client.api.sessions.open.query({ sessionId: this.#id });
    if (stored.seq < seq || !textOf(stored).startsWith(text)) {
      throw new Error(`Shown up to ${seq}, but the log goes to ${stored.seq}.`);
    }
  }

  async #follow(): Promise<void> {
    for await (const transcript of this.#client.followSession(this.#id, { signal: this.#stop.signal })) {
      const text = textOf(transcript);
      if (this.#firstTokenAt === 0 && text !== '') this.#firstTokenAt = performance.now();
      if (!text.startsWith(this.#text)) throw new Error('What was shown has changed.');
      this.#text = text;
      this.#shown = transcript;
      this.#wake();
    }
  }

  async #until(isSo: () => boolean): Promise<void> {
    const end = performance.now() + 60_000;
    while (!isSo()) {
      if (this.#failure !== null) throw this.#failure;
      if (performance.now() > end) throw new Error(`The session stood still; the answer was: ${this.#text.slice(-40)}`);
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
        sleep(100, undefined, { ref: false }),
      ]);
    }
  }
}

function runOf(transcript: Transcript | null) {
  return transcript?.messages.at(-1)?.run ?? null;
}

function textOf(transcript: Transcript): string {
  const last = transcript.messages.at(-1);
  if (last?.role !== 'agent') return '';
  return last.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
