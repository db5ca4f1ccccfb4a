import { AppError } from '@atelier/kernel/app-error';
import { dictionary } from '@zxcvbn-ts/language-common';
import { beforeAll, describe, expect, test } from 'vitest';
import { PasswordPolicy } from './password-policy.ts';

const policy = new PasswordPolicy();
const ada = { email: 'ada.lovelace@analytical.example', name: 'Ada King', organisation: 'Engine & Sons' };

async function reasonFor(password: string): Promise<unknown> {
  try {
    await policy.check(password, ada);
  } catch (error) {
    if (error instanceof AppError && error.code === 'auth.password_weak') return error.details?.reason;
    throw error;
  }
  return 'taken';
}

beforeAll(async () => void (await reasonFor('x')));

describe('a password', () => {
  test.each([
    'canary-correct-horse-battery',
    'k7Gq2mX9vT',
    'correct horse battery staple',
    'violet-tram-98-kitchen',
    'пароль-мой-😀-é-длинный',
    'the atelier of my uncle smells of oil',
    'ada never liked 4 wet umbrellas',
    `${'a'.repeat(20)} but then something else entirely`,
  ])('like %s is taken', async (password) => {
    expect(await reasonFor(password)).toBe('taken');
  });

  test.each([
    ['password', 'common'],
    ['PassWord', 'common'],
    ['12345678', 'common'],
    ['iloveyou1', 'common'],
    ['qwertyuiop', 'common'],
    ['trustno1', 'common'],
    ['  password  ', 'common'],
    ['ｐａｓｓｗｏｒｄ', 'common'],
    ['aaaaaaaaa', 'guessable'],
    ['abcdefgh9', 'guessable'],
    ['hunter2hunter2', 'guessable'],
    ['4dm1n1str4t0r', 'guessable'],
    ['p4$$w0rd!', 'guessable'],
    ['a'.repeat(256), 'guessable'],
    ['password'.repeat(32), 'guessable'],
    ['atelier1', 'context'],
    ['Atelier2024!', 'context'],
    ['@t3l13r!!', 'context'],
    ['lovelace1815', 'context'],
    ['Ada.Lovelace1', 'context'],
    ['ada.lovelace@analytical.example', 'context'],
    ['AdaKing!!', 'context'],
    ['engine&sons', 'context'],
    ['analytical99', 'context'],
    ['ecalevol1', 'context'],
  ])('like %s is refused as %s', async (password, reason) => {
    expect(await reasonFor(password)).toBe(reason);
  });

  test('of the ten thousand that people choose most is refused, each of them', async () => {
    const commonest = dictionary['passwords-common'].filter(({ length }) => length >= 8).slice(0, 10_000);
    expect(commonest).toHaveLength(10_000);
    for (const password of commonest) {
      if ((await reasonFor(password)) !== 'common') expect.fail(`${password} was not refused`);
    }
  });

  test('is refused with what to do, and not repeated', async () => {
    const error = await policy.check('Atelier2024!', ada).catch((error: AppError) => error);
    expect(error).toMatchObject({ code: 'auth.password_weak', details: { reason: 'context' } });
    expect(JSON.stringify([error?.message, error?.details])).not.toContain('2024');
    expect(error?.message).toContain('four words');
  });

  test.each([
    ['signs that stand for letters', '4@8({[<3!1|0$5+7%2'.repeat(15)],
    ['three of them', 'a@4'.repeat(85)],
    ['words of them', 's$5a@4i!1'.repeat(28)],
    ['dates', '1.1.1991'.repeat(32)],
    ['digits', '0123456789'.repeat(25)],
    ['signs in no order', '%4!4!%4!44!44!!%444%$%!4'.repeat(10)],
  ])('of %s costs little, however long', async (_name, password) => {
    // Of the processor, not of the clock: others are at work beside it. What is not bounded takes many seconds.
    const before = process.cpuUsage();
    await reasonFor(password.slice(0, 256));
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  });
});

test('somebody without a name that helps is asked for no more than anybody else', async () => {
  await policy.check('violet-tram-98-kitchen', { email: 'a@b.c', name: 'é' });
});
