import { maxInputLength } from '@atelier/contracts/terminals';
import { expect, test, vi } from 'vitest';
import { type Frame, Keystrokes } from './keystrokes.ts';

/** A server that answers when it is told to. */
function newServer() {
  const frames: Frame[] = [];
  const answers: PromiseWithResolvers<void>[] = [];
  const send = (frame: Frame) => {
    frames.push(frame);
    const answer = Promise.withResolvers<void>();
    answers.push(answer);
    return answer.promise;
  };
  return { frames, answers, send };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });

test('the first key goes at once, what is typed meanwhile together, one frame at a time', async () => {
  const { frames, answers, send } = newServer();
  const keys = new Keystrokes({ send, retryAfter: () => 0, onLost: () => undefined });
  for (const key of 'echo') keys.type(key);
  expect(frames).toEqual([{ seq: 1, data: 'e' }]);

  answers[0]?.resolve();
  await until(() => expect(frames).toEqual([frames[0], { seq: 2, data: 'cho' }]));
});

test('a frame that was not answered is sent again as it was, before anything else', async () => {
  const { frames, answers, send } = newServer();
  const keys = new Keystrokes({ send, retryAfter: () => 0, onLost: () => undefined });
  keys.type('a');
  keys.type('b');
  answers[0]?.reject(new Error('cut'));
  await until(() => expect(frames).toHaveLength(2));
  answers[1]?.resolve();

  await until(() => expect(frames.map(({ seq, data }) => `${seq}${data}`)).toEqual(['1a', '1a', '2b']));
});

test('after a refusal nothing more is sent', async () => {
  const { frames, answers, send } = newServer();
  const onLost = vi.fn();
  const keys = new Keystrokes({ send, retryAfter: () => null, onLost });
  keys.type('a');
  keys.type('b');
  answers[0]?.reject(new Error('gone'));

  await until(() => expect(onLost).toHaveBeenCalledOnce());
  keys.type('c');
  expect(frames).toHaveLength(1);
});

test('a long paste goes in frames that cut no character in two', async () => {
  const { frames, answers, send } = newServer();
  const pasted = `a${'😀'.repeat(maxInputLength / 2)}`;
  new Keystrokes({ send, retryAfter: () => 0, onLost: () => undefined }).type(pasted);
  answers[0]?.resolve();
  await until(() => expect(frames).toHaveLength(2));

  expect(frames.map(({ data }) => data).join('')).toBe(pasted);
  expect(frames.every(({ data }) => data.length <= maxInputLength && data.isWellFormed())).toBe(true);
});
