import { ModelError } from '../ports.ts';
import { type About, invalidData } from './provider-errors.ts';

/**
 * The longest single event of a stream. The whole of a long answer stands in the last event of OpenAI's Responses; a
 * line without an end would be kept in memory for as long as it grows.
 */
export const maxEventBytes = 4 * 1024 * 1024;

/** As much of a refusal is read: enough to know what it is about. */
const maxRefusalBytes = 64 * 1024;

/**
 * A fetch for streams of events that trusts no provider: no event is longer than `maxEventBytes`, the text is UTF-8,
 * and a page is not taken for an answer. Redirections are not followed: the key would go along to whoever is named.
 */
export function guardedFetch(fetch: typeof globalThis.fetch, about: About): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'error' });
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    if (!response.ok) return new Response(cutAfter(response.body), { status, statusText, headers });
    if (/^(text\/html|application\/json)\b/i.test(headers.get('content-type') ?? '')) {
      await response.body.cancel();
      throw invalidData(about);
    }
    return new Response(checked(response.body, about), { status, statusText, headers });
  };
}

function checked(body: ReadableStream<Uint8Array>, about: About): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const events = new EventLength();
  return piped(body, (chunk) => {
    try {
      decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw invalidData(about, error);
    }
    if (events.after(chunk) > maxEventBytes) throw invalidData(about);
    return { chunk, isLast: false };
  });
}

function cutAfter(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let left = maxRefusalBytes;
  return piped(body, (chunk) => {
    const part = chunk.subarray(0, left);
    left -= part.length;
    return { chunk: part, isLast: left === 0 };
  });
}

/** Reads on only when it is read itself: a reader that stands still holds the provider back. */
function piped(
  body: ReadableStream<Uint8Array>,
  pass: (chunk: Uint8Array) => { readonly chunk: Uint8Array; readonly isLast: boolean },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await reader.read();
          if (next.done) return controller.close();
          const { chunk, isLast } = pass(next.value);
          controller.enqueue(chunk);
          if (!isLast) return;
          controller.close();
          await reader.cancel();
        } catch (error) {
          controller.error(error);
          if (error instanceof ModelError) await reader.cancel().catch(() => undefined);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Counts the bytes since the last blank line, which ends an event. */
class EventLength {
  #bytes = 0;
  #isLineEmpty = true;
  #wasReturn = false;

  /** @returns the longest that the event under way was within this chunk */
  after(chunk: Uint8Array): number {
    let longest = 0;
    for (const byte of chunk) {
      const endsLine = byte === 13 || (byte === 10 && !this.#wasReturn);
      this.#wasReturn = byte === 13;
      this.#bytes += 1;
      if (this.#bytes > longest) longest = this.#bytes;
      if (endsLine && this.#isLineEmpty) this.#bytes = 0;
      if (byte !== 10 || endsLine) this.#isLineEmpty = endsLine;
    }
    return longest;
  }
}
