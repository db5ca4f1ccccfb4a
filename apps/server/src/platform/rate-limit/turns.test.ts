import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

/** Work that goes on until it is told to end. */
function held() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => async () => {
    begun.push(name);
    await new Promise<void>((resolve) => ends.push(resolve));
    return name;
  };
  return { begun, work, end: () => ends.shift()?.() };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a caller does a few things at a time and the rest in order, and others do not wait for it', async () => {
  const turns = new Turns(2);
  const { begun, work, end } = held();
  const taken = ['a1', 'a2', 'a3', 'a4'].map((name) => turns.take('a', work(name)));
  taken.push(turns.take('b', work('b1')));
  expect(begun).toEqual(['a1', 'a2', 'b1']);

  end();
  await settle();
  taken.push(turns.take('a', work('a5')));
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
  for (let ended = 0; ended < 6; ended += 1) {
    end();
    await settle();
  }
  expect(await Promise.all(taken)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'a5']);
});

test('work that fails gives its turn on', async () => {
  const turns = new Turns(1);
  const failing = turns.take('a', () => Promise.reject(new Error('no')));
  const next = turns.take('a', () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
