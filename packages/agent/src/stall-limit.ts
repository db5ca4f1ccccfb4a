import { ModelError, type ModelPart } from './ports.ts';

/** Gives a stream up when nothing comes for `stallMs`, and aborts the request behind it. Late parts are ignored. */
export async function* withStallLimit(
  open: (signal: AbortSignal) => AsyncIterable<ModelPart>,
  stallMs: number,
): AsyncGenerator<ModelPart, void> {
  const abort = new AbortController();
  const iterator = open(abort.signal)[Symbol.asyncIterator]();
  const message = `The model sent nothing for ${Math.round(stallMs / 1000)} s and was given up. What it wrote so far is kept.`;
  const stalled = new ModelError({ code: 'provider.stalled', message, retryable: true });
  let lastAt = performance.now();
  let onStall: (error: ModelError) => void = () => undefined;
  // One timer for the whole stream: a token costs no timer of its own.
  const timer = setInterval(
    () => {
      if (performance.now() - lastAt < stallMs) return;
      abort.abort(stalled);
      onStall(stalled);
    },
    Math.max(10, Math.min(1000, stallMs / 4)),
  );
  const stall = new Promise<never>((_resolve, reject) => {
    onStall = reject;
  });
  stall.catch(() => undefined);
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), stall]);
      lastAt = performance.now();
      if (next.done) return;
      // The time the reader takes is not the model's.
      lastAt = Number.POSITIVE_INFINITY;
      yield next.value;
      lastAt = performance.now();
    }
  } finally {
    clearInterval(timer);
    abort.abort();
    iterator.return?.().catch(() => undefined);
  }
}
