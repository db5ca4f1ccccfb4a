import { foldEvents, GapError } from '@atelier/contracts/fold';
import type { SessionFeed, Transcript } from '@atelier/contracts/transcript';
import { TRPCClientError } from '@trpc/client';
import { errorOf } from './errors.ts';

/** What following needs of the API. */
export interface SessionSource {
  open(sessionId: string): Promise<Transcript>;
  /** Calls `onFeed` for each piece of the log after `after`. Returns how to stop. */
  events(
    opts: { readonly sessionId: string; readonly after: number },
    handlers: { readonly onFeed: (feed: SessionFeed) => void; readonly onError: (error: unknown) => void },
  ): () => void;
}

export interface FollowOptions {
  readonly signal?: AbortSignal;
}

/**
 * The transcript of a session: as it is now, and again each time it has changed. A slow consumer gets fewer, later
 * transcripts, never a wrong one. Goes on through cut connections; ends when the signal is aborted.
 * @throws what the server refused with, for example `session.not_found`; what the first opening fails with when nobody
 * answers.
 */
export async function* followSession(
  source: SessionSource,
  sessionId: string,
  options: FollowOptions = {},
): AsyncGenerator<Transcript, void> {
  const { signal } = options;
  let wasOpen = false;
  for (let failures = 0; !signal?.aborted; ) {
    let transcript: Transcript;
    try {
      transcript = await source.open(sessionId);
    } catch (error) {
      failures += 1;
      const isCut = wasOpen && isUnanswered(error);
      if (!(mayPass(error) || isCut) || failures > patience) throw error;
      await pause(failures, signal);
      continue;
    }
    wasOpen = true;
    if (signal?.aborted) return;
    yield transcript;
    using inbox = new Inbox(signal);
    const stop = source.events({ sessionId, after: transcript.seq }, inbox);
    inbox.onDispose(stop);
    try {
      for (;;) {
        const feeds = await inbox.take();
        if (feeds === null) return;
        const before = transcript;
        for (const feed of feeds) transcript = foldFeed(transcript, feed);
        failures = 0;
        if (transcript !== before) yield transcript;
      }
    } catch (error) {
      // A hole in the log is a bug; the reader all the same sees what is true, from a fresh snapshot.
      // One whose token has ended meanwhile is renewed by opening again, or refused there.
      // The connection comes back by itself, but a question that it lost on the way is not asked again by it.
      const isEnded = errorOf(error)?.code === 'auth.required';
      if (!(error instanceof GapError) && !isEnded && !mayPass(error) && !isUnanswered(error)) throw error;
      failures += 1;
      await pause(failures, signal);
    }
  }
}

/** A server that restarts, or whose database does, is back in a moment: so often it is asked again in a row. */
const patience = 8;

function mayPass(error: unknown): boolean {
  return errorOf(error)?.retryable === true;
}

/** The server was not reached, or went away before it answered. */
function isUnanswered(error: unknown): boolean {
  return error instanceof TRPCClientError && errorOf(error) === null;
}

async function pause(failures: number, signal: AbortSignal | undefined): Promise<void> {
  const delay = Math.min(250 * 2 ** failures, 4000) * (0.5 + Math.random() / 2);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, delay);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function foldFeed(transcript: Transcript, feed: SessionFeed): Transcript {
  return feed.kind === 'reset' ? feed.transcript : foldEvents(transcript, feed.events);
}

/** Feeds that have arrived and are not taken yet. */
class Inbox implements Disposable {
  #feeds: SessionFeed[] = [];
  #failure: unknown = null;
  #isEnded = false;
  #wake: () => void = () => undefined;
  readonly #cleanups: (() => void)[] = [];

  constructor(signal: AbortSignal | undefined) {
    const end = () => {
      this.#isEnded = true;
      this.#wake();
    };
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
    this.#cleanups.push(() => signal?.removeEventListener('abort', end));
  }

  readonly onFeed = (feed: SessionFeed): void => {
    this.#feeds.push(feed);
    this.#wake();
  };

  readonly onError = (error: unknown): void => {
    this.#failure = error;
    this.#wake();
  };

  onDispose(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** Everything that has arrived, at least one; null at the end. */
  async take(): Promise<readonly SessionFeed[] | null> {
    while (this.#feeds.length === 0) {
      if (this.#isEnded) return null;
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#feeds.splice(0);
  }

  [Symbol.dispose](): void {
    for (const cleanup of this.#cleanups) cleanup();
  }
}
