import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failure } from '../test/samples.ts';
import { ModelError, type ModelPart } from './ports.ts';
import { withStallLimit } from './stall-limit.ts';

const stallMs = 4000;
const word = (text: string): ModelPart => ({ type: 'text', text });

/** Parts with pauses between them; `Infinity` is a model that has fallen silent. */
function source(...script: readonly (ModelPart | number | Error)[]) {
  const state = { signal: AbortSignal.abort(), hasEnded: false };
  async function* parts(signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    state.signal = signal;
    try {
      for (const line of script) {
        if (line instanceof Error) throw line;
        if (typeof line !== 'number') yield line;
        else if (line === Number.POSITIVE_INFINITY) await new Promise(() => undefined);
        else await new Promise((resolve) => setTimeout(resolve, line));
      }
    } finally {
      state.hasEnded = true;
    }
  }
  return { state, parts };
}

/** Reads a stream to its end in the background. */
function read(stream: AsyncIterable<ModelPart>) {
  const seen: { parts: ModelPart[]; ending: unknown } = { parts: [], ending: 'none yet' };
  async function collect() {
    for await (const part of stream) seen.parts.push(part);
  }
  collect().then(
    () => {
      seen.ending = 'done';
    },
    (error: unknown) => {
      seen.ending = error;
    },
  );
  return seen;
}

describe('the stall limit', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('hands every part on, in order, and ends with the stream', async () => {
    const seen = read(withStallLimit(source(word('a'), word('b')).parts, stallMs));
    await vi.advanceTimersByTimeAsync(0);

    expect(seen).toEqual({ parts: [word('a'), word('b')], ending: 'done' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['before its first part', []],
    ['in the middle', [word('a')]],
  ])('gives a model up that falls silent %s, and aborts the request', async (_name, before) => {
    const { parts, state } = source(...before, Number.POSITIVE_INFINITY);
    const seen = read(withStallLimit(parts, stallMs));

    await vi.advanceTimersByTimeAsync(stallMs - 1);
    expect(seen.ending).toBe('none yet');
    expect(state.signal.aborted).toBe(false);

    await vi.advanceTimersByTimeAsync(stallMs);
    expect(seen.parts).toEqual(before);
    expect(seen.ending).toBeInstanceOf(ModelError);
    expect(seen.ending).toMatchObject({
      error: { code: 'provider.stalled', retryable: true, message: expect.stringContaining('for 4 s') },
    });
    expect(state.signal.reason).toBe(seen.ending);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not give a slow model up that keeps sending', async () => {
    const pauses = Array.from({ length: 5 }, () => [stallMs - 1, word('still here')]).flat();
    const seen = read(withStallLimit(source(...pauses).parts, stallMs));

    await vi.advanceTimersByTimeAsync(5 * stallMs);

    expect(seen.parts).toHaveLength(5);
    expect(seen.ending).toBe('done');
  });

  test('does not blame the model for the time its reader takes', async () => {
    const stream = withStallLimit(source(word('a'), word('b')).parts, stallMs);
    expect(await stream.next()).toEqual({ done: false, value: word('a') });

    await vi.advanceTimersByTimeAsync(10 * stallMs);

    expect(await stream.next()).toEqual({ done: false, value: word('b') });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('counts anew once the reader is back', async () => {
    const stream = withStallLimit(source(word('a'), Number.POSITIVE_INFINITY).parts, stallMs);
    await stream.next();
    await vi.advanceTimersByTimeAsync(10 * stallMs);

    const seen = read(stream);
    await vi.advanceTimersByTimeAsync(stallMs - 1);
    expect(seen.ending).toBe('none yet');
    await vi.advanceTimersByTimeAsync(stallMs);
    expect(seen.ending).toBeInstanceOf(ModelError);
  });

  test('lets go of the model when its reader leaves early', async () => {
    const { parts, state } = source(word('a'), word('b'));
    for await (const part of withStallLimit(parts, stallMs)) {
      expect(part).toEqual(word('a'));
      break;
    }
    await vi.advanceTimersByTimeAsync(0);

    expect(state.signal.aborted).toBe(true);
    expect(state.hasEnded).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('hands the failure of the model on as it is', async () => {
    const error = failure('provider.cut');
    const seen = read(withStallLimit(source(word('a'), error).parts, stallMs));
    await vi.advanceTimersByTimeAsync(0);

    expect(seen).toEqual({ parts: [word('a')], ending: error });
    expect(vi.getTimerCount()).toBe(0);
  });
});
