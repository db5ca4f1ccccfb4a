import { setTimeout as sleep } from 'node:timers/promises';
import type { RunError } from '@atelier/contracts/runs';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, kinds, modelSpec, providerSpec, wordsIn } from '../../test/providers.ts';
import { withStallLimit } from '../stall-limit.ts';
import { createModel } from './create-model.ts';
import { maxAnswerCharacters } from './model-parts.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

type Expected = readonly [script: string, code: RunError['code'], words: RegExp];

const refusals: readonly Expected[] = [
  ['[[status 429 retry-after 2]]', 'provider.rate_limited', /^Together is asked too often \(429\)\.$/],
  ['[[status 429 quota]]', 'provider.refused', /^The account at Together has no quota left\. /],
  ['[[status 402]]', 'provider.refused', /^The account at Together has no quota left\. /],
  ['[[status 401]]', 'provider.auth', /^Together refused the API key\. /],
  ['[[status 403]]', 'provider.auth', /^Together refused the API key\. /],
  ['[[status 404]]', 'provider.model_not_found', /^Together knows no model "scripted"\. /],
  ['[[status 400]]', 'provider.refused', /^Together refused the request \(400\)\.$/],
  ['[[status 400 context]]', 'provider.context_too_long', /^The conversation is too long for "scripted"\. /],
  ['[[status 413]]', 'provider.context_too_long', /^The conversation is too long for "scripted"\. /],
  ['[[status 400 filter]]', 'provider.refused', /^The content filter of Together refused the request\.$/],
  ['[[status 500]]', 'provider.overloaded', /^Together answered 500\.$/],
  ['[[status 502]]', 'provider.overloaded', /^Together answered 502\.$/],
  ['[[status 503]]', 'provider.overloaded', /^Together answered 503\.$/],
  ['[[status 529]]', 'provider.overloaded', /^Together answered 529\.$/],
];

const passing = ['provider.rate_limited', 'provider.overloaded', 'provider.cut', 'provider.invalid_data'];

/** A network that holds a stream back until it has ended or broken, and hands it on in one piece. */
const allAtOnce: typeof globalThis.fetch = async (input, init) => {
  const { body, status, headers } = await fetch(input, init);
  const pieces: Uint8Array[] = [];
  let brokenBy: unknown = null;
  try {
    for await (const piece of body ?? []) pieces.push(piece);
  } catch (error) {
    brokenBy = error;
  }
  let isSent = false;
  const whole = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (!isSent) controller.enqueue(Buffer.concat(pieces));
      else if (brokenBy) controller.error(brokenBy);
      else controller.close();
      isSent = true;
    },
  });
  return new Response(whole, { status, headers });
};

const kept = /What it wrote so far is kept\.$/;
/** Each strikes after the fourth word. */
const midStream: readonly Expected[] = [
  ['[[cut 4]]', 'provider.cut', /^The connection to Together broke in the middle of the answer\. /],
  ['[[end 4]]', 'provider.cut', /^The connection to Together broke in the middle of the answer\. /],
  ['[[garbage 4]]', 'provider.invalid_data', /^Together sent data that cannot be read\. /],
  ['[[cutjson 4]]', 'provider.invalid_data', /^Together sent data that cannot be read\. /],
  ['[[utf8 4]]', 'provider.invalid_data', /^Together sent data that cannot be read\. /],
  ['[[line 4 10]]', 'provider.invalid_data', /^Together sent data that cannot be read\. /],
  ['[[fail 4]]', 'provider.overloaded', /^Together answered 5\d\d\. /],
  ['[[filter 4]]', 'provider.refused', /^The content filter of Together stopped the answer\. /],
];

describe.each(kinds)('a provider of kind %s', (kind) => {
  const spec = (over = {}) => modelSpec(providerSpec(server, kind, over));

  test.each(refusals)('that answers %s is %s', async (script, code, words) => {
    const { error, parts } = await ask(spec(), `${script} [[tokens 3]]`);

    expect(error?.error).toEqual({
      code,
      message: expect.stringMatching(words),
      retryable: passing.includes(code),
    });
    expect(error?.error.message).not.toMatch(/127\.0\.0\.1|localhost|scripted-key|Plans & Billing/);
    expect(parts).toEqual([]);
  });

  test.each(midStream)('that breaks off with %s is %s, and what it wrote is kept', async (script, code, words) => {
    const { error, text } = await ask(spec(), `[[tokens 9 @0]] ${script}`);

    expect(error?.error.code).toBe(code);
    expect(error?.error.message).toMatch(words);
    expect(error?.error.message).toMatch(kept);
    expect(wordsIn(text)).toEqual([1, 2, 3, 4]);
  });

  test.each(midStream)('whose %s comes together with what it wrote is %s all the same', async (script, code, words) => {
    const { error, text } = await ask(spec({ fetch: allAtOnce }), `[[tokens 9 @0]] ${script}`);

    expect(error?.error.code).toBe(code);
    expect(error?.error.message).toMatch(words);
    expect(wordsIn(text)).toEqual([1, 2, 3, 4]);
  });

  test('that sends what nothing came before is not believed, and what it wrote is kept', async () => {
    const { error, text } = await ask(spec(), '[[tokens 9 @0]] [[order 4]]');

    // Gemini's events stand each for itself: there only the end is missing.
    expect(error?.error.code).toBe(kind === 'google' ? 'provider.cut' : 'provider.invalid_data');
    expect(wordsIn(text)).toEqual([1, 2, 3, 4]);
  });

  test('with a wrong key is told so, without the key', async () => {
    const { error } = await ask(spec({ apiKey: 'sk-hunter2' }), '[[tokens 1]]');

    expect(error?.error.code).toBe('provider.auth');
    expect(JSON.stringify(error?.error)).not.toContain('hunter2');
  });

  test('that is not there is told so, without its address', async () => {
    const { error } = await ask(spec({ baseUrl: 'http://127.0.0.1:9/v1' }), '[[tokens 1]]');

    expect(error?.error).toMatchObject({ code: 'provider.unreachable', retryable: true });
    expect(error?.error.message).not.toContain('127.0.0.1');
  });

  test('says how long to wait', async () => {
    const { error } = await ask(spec(), '[[status 429 retry-after 2]]');

    expect(error?.retryAfterMs).toBe(2000);
  });

  test('that answers nothing has no parts but the end', async () => {
    const { parts, thrown } = await ask(spec(), '[[empty]]');

    expect(thrown).toBeNull();
    expect(parts).toEqual([{ type: 'finish', usage: expect.any(Object) }]);
  });

  test('that never ends is given up', async () => {
    const { text, error } = await ask({ ...spec(), maxOutputTokens: 1_000_000 }, '[[endless]]');

    expect(error?.error.message).toMatch(/^Together sent an answer without an end, which was given up\. /);
    expect(error?.error.code).toBe('provider.invalid_data');
    expect(text.length).toBeLessThanOrEqual(maxAnswerCharacters);
    expect(text.length).toBeGreaterThan(maxAnswerCharacters - 2000);
    await expect.poll(() => server.requests.at(-1)?.state).toBe('aborted');
  });

  test('that writes faster than it is read waits for its reader', async () => {
    const { signal } = new AbortController();
    const messages = [{ role: 'user', text: '[[endless]]' }] as const;
    const parts = createModel(spec()).stream({ system: '', messages, tools: [], signal })[Symbol.asyncIterator]();
    await parts.next();
    const written = () => server.requests.at(-1)?.written ?? 0;
    const growth = async () => {
      const before = written();
      await sleep(200);
      return written() - before;
    };

    await expect.poll(growth).toBe(0);
    expect(server.requests.at(-1)?.state).toBe('open');
    await parts.return?.();
    await expect.poll(() => server.requests.at(-1)?.state).toBe('aborted');
  });

  test('that answers late, after it was given up, is not heard and not waited for', async () => {
    const { signal: stop } = new AbortController();
    const messages = [{ role: 'user', text: '[[tokens 6 @0]] [[pause 3 60000]]' }] as const;
    // Longer than a busy machine takes for the first word, and far shorter than the pause.
    const stallMs = 2000;
    let text = '';
    const read = async () => {
      const open = (own: AbortSignal) =>
        createModel(spec()).stream({ system: '', messages, tools: [], signal: AbortSignal.any([stop, own]) });
      for await (const part of withStallLimit(open, stallMs)) if (part.type === 'text') text += part.text;
    };

    await expect(read()).rejects.toMatchObject({ error: { code: 'provider.stalled' } });
    await expect.poll(() => server.requests.at(-1)?.state).toBe('aborted');
    expect(wordsIn(text)).toEqual([1, 2, 3]);
  });
});
