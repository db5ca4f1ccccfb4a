import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { attemptsAs } from './escapes/as-user.ts';
import { attempts } from './escapes/attempts.ts';

const users = process.getuid?.() === 0 ? (['this user', 'an ordinary user'] as const) : (['this user'] as const);
/** The least that are made; a list that shrinks by mistake is noticed. */
const least = 180;

test('perl makes the attempts', () => {
  expect(existsSync('/usr/bin/perl'), 'apt-get install perl-base').toBe(true);
});

test('no two attempts have one name', () => {
  const names = attempts.map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(least);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe.each(users)('as %s', (user) => {
  const results = attemptsAs(user);
  // Awaited below, by the tests that it is about.
  results.catch(() => undefined);

  test('every attempt is made', async () => {
    const made = await results;
    expect(made.map(({ name }) => name)).toEqual(attempts.map(({ name }) => name));
  });

  test.each(attempts)('nobody $name', async ({ name }) => {
    const result = (await results).find((made) => made.name === name);
    expect(result?.complaint).toBeNull();
  });
});
