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
 *
 * A stream that breaks, or breaks these rules, ends after the last event that was whole, and `onBroken` is told why: an
 * error would overtake events that were read and not yet handed on, and they would be lost.
 */
export function guardedFetch(
  fetch: typeof globalThis.fetch,
  about: About,
  onBroken: (error: unknown) => void,
): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'error' });
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    if (!response.ok) return new Response(cutAfter(response.body), { status, statusText, headers });
    if (/^(text\/html|application\/json)\b/i.test(headers.get('content-type') ?? '')) {
      await response.body.cancel();
      throw invalidData(about);
    }
    return new Response(checked(response.body, { about, onBroken }), { status, statusText, headers });
  };
}

interface Guard {
  readonly about: About;
  readonly onBroken: (error: unknown) => void;
}

function checked(body: ReadableStream<Uint8Array>, { about, onBroken }: Guard): ReadableStream<Uint8Array> {
  const events = new CheckedEvents();
  return piped(
    body,
    (chunk) => {
      const { length, problem } = events.wholeIn(chunk);
      if (problem === null) return { chunk, isLast: false };
      onBroken(invalidData(about, problem));
      return { chunk: chunk.subarray(0, length), isLast: true };
    },
    (controller, error) => {
      onBroken(error);
      controller.close();
    },
  );
}

function cutAfter(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let left = maxRefusalBytes;
  return piped(
    body,
    (chunk) => {
      const part = chunk.subarray(0, left);
      left -= part.length;
      return { chunk: part, isLast: left === 0 };
    },
    (controller, error) => controller.error(error),
  );
}

/** Reads on only when it is read itself: a reader that stands still holds the provider back. */
function piped(
  body: ReadableStream<Uint8Array>,
  pass: (chunk: Uint8Array) => { readonly chunk: Uint8Array; readonly isLast: boolean },
  onError: (controller: ReadableStreamDefaultController<Uint8Array>, error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await reader.read();
          if (next.done) return controller.close();
          const { chunk, isLast } = pass(next.value);
          if (chunk.length > 0) controller.enqueue(chunk);
          if (!isLast) return;
          controller.close();
        } catch (error) {
          return onError(controller, error);
        }
        await reader.cancel().catch(() => undefined);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Looks at events as their bytes come: a blank line ends one. */
class CheckedEvents {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** Bytes since the last blank line. */
  #bytes = 0;
  #isLineEmpty = true;
  #wasReturn = false;

  /**
   * How far a chunk may be handed on: to its end, or, with the problem, to the end of the last event that is whole. What
   * it began with goes on an event of the chunks before.
   */
  wholeIn(chunk: Uint8Array): { readonly length: number; readonly problem: unknown } {
    let length = 0;
    for (const end of this.#endsIn(chunk)) {
      try {
        this.#decoder.decode(chunk.subarray(length, end), { stream: true });
      } catch (error) {
        return { length, problem: error };
      }
      if (this.#bytes > maxEventBytes) return { length, problem: new Error('An event is too long.') };
      length = end;
    }
    return { length: chunk.length, problem: null };
  }

  /** Where events end in the chunk, and the end of the chunk. When one is told, `#bytes` is that event's length so far. */
  *#endsIn(chunk: Uint8Array): Generator<number> {
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index];
      const endsLine = byte === 13 || (byte === 10 && !this.#wasReturn);
      this.#wasReturn = byte === 13;
      this.#bytes += 1;
      if (endsLine && this.#isLineEmpty) {
        if (this.#wasReturn && chunk[index + 1] === 10) {
          this.#wasReturn = false;
          index += 1;
        }
        yield index + 1;
        this.#bytes = 0;
      }
      if (byte !== 10 || endsLine) this.#isLineEmpty = endsLine;
    }
    yield chunk.length;
  }
}
