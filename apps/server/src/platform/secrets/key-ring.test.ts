import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseEncryptionKeys } from './encryption-keys.ts';
import { KeyRing, type SealPurpose, UnsealError } from './key-ring.ts';

const keys = [3, 2, 1].map((version) => ({ version, key: randomBytes(32) }));
const ringOf = (...versions: number[]) =>
  new KeyRing({ current: () => keys.filter(({ version }) => versions.includes(version)) });
const ring = ringOf(2, 1);
const owner = '0199c0de-0000-7000-8000-000000000001';
const secret = 'canary-ya29.provider-token';

function failureOf(work: () => unknown): UnsealError {
  try {
    work();
  } catch (error) {
    if (error instanceof UnsealError) return error;
    throw error;
  }
  throw new Error('It opened.');
}

describe('a sealed secret', () => {
  test('opens for its owner and purpose, whether it was a text or bytes, short or long', () => {
    for (const plain of [secret, '', 'ключ 🗝', randomBytes(1), randomBytes(100_000)]) {
      expect(ring.open('totp', owner, ring.seal('totp', owner, plain))).toEqual(Buffer.from(plain));
    }
  });

  test('names its key, shows nothing of what is in it, and never looks the same twice', () => {
    const texts = Array.from({ length: 100 }, () => ring.seal('provider-token', owner, secret));

    expect(new Set(texts).size).toBe(100);
    for (const text of texts) {
      expect(text).toMatch(/^v2\.[\w-]+$/);
      expect(Buffer.from(text.slice(3), 'base64url').includes('canary')).toBe(false);
    }
  });

  test.each<[string, (sealed: string) => unknown]>([
    ['another owner', (sealed) => ring.open('totp', owner.replace(/1$/, '2'), sealed)],
    ['no owner', (sealed) => ring.open('totp', '', sealed)],
    ['another purpose', (sealed) => ring.open('provider-token', owner, sealed)],
    ['owner and purpose cut elsewhere', (sealed) => ring.open('totp', `totp","${owner}`, sealed)],
    [
      'another key under the same name',
      (sealed) => new KeyRing({ current: () => [{ version: 2, key: randomBytes(32) }] }).open('totp', owner, sealed),
    ],
    ['the name of another key', (sealed) => ring.open('totp', owner, sealed.replace('v2.', 'v1.'))],
  ])('does not open for %s', (_name, open) => {
    const sealed = ring.seal('totp', owner, secret);

    const error = failureOf(() => open(sealed));

    expect(error.reason).toBe('refused');
    for (const hidden of [secret, owner, sealed.slice(3)])
      expect(`${error.message}${error.stack}`).not.toContain(hidden);
  });

  test('does not open when any character of it was changed', () => {
    const sealed = ring.seal('totp', owner, 'short');
    for (let place = 3; place < sealed.length; place += 1) {
      const changed = `${sealed.slice(0, place)}${sealed[place] === 'A' ? 'B' : 'A'}${sealed.slice(place + 1)}`;
      expect(['refused', 'malformed']).toContain(failureOf(() => ring.open('totp', owner, changed)).reason);
    }
  });

  test('is written in one way only: bits that mean nothing cannot be changed either', () => {
    // 12 + 6 + 16 bytes: the last character has four bits too many.
    const sealed = ring.seal('totp', owner, 'sealed');
    const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
      (last) => last !== sealed.at(-1),
    );
    for (const last of others) failureOf(() => ring.open('totp', owner, `${sealed.slice(0, -1)}${last}`));
    expect(others).toHaveLength(63);
  });

  test.each([
    ['nothing', ''],
    ['a secret that was never sealed', secret],
    ['only a name', 'v2.'],
    ['too little to be one', `v2.${'A'.repeat(36)}`],
    ['no version', ring.seal('totp', owner, secret).slice(3)],
    ['a line after it', `${ring.seal('totp', owner, secret)}\n`],
    ['padding', `${ring.seal('totp', owner, secret)}=`],
  ])('that is %s is told apart', (_name, text) => {
    expect(failureOf(() => ring.open('totp', owner, text)).reason).toBe('malformed');
  });

  test('of a key that is gone says which one', () => {
    const error = failureOf(() => ringOf(2, 1).open('totp', owner, ringOf(3).seal('totp', owner, secret)));
    expect(error).toMatchObject({ reason: 'unknown_key', message: expect.stringContaining('v3') });
  });

  test('is current while its key is the newest, and opens after that', () => {
    const sealed = ring.seal('totp', owner, secret);
    const later = ringOf(3, 2, 1);

    expect([ring.isCurrent(sealed), later.isCurrent(sealed)]).toEqual([true, false]);
    expect(later.open('totp', owner, sealed).toString()).toBe(secret);
    expect(later.isCurrent(later.seal('totp', owner, secret))).toBe(true);
  });

  test('of version 1 is not taken for one of version 12', () => {
    const twelve = new KeyRing({ current: () => [{ version: 12, key: randomBytes(32) }, ...keys] });
    expect(twelve.isCurrent(ringOf(1).seal('totp', owner, secret))).toBe(false);
    expect(ringOf(1).isCurrent(twelve.seal('totp', owner, secret))).toBe(false);
  });

  test('of each purpose has a key of its own', () => {
    const purposes: SealPurpose[] = ['provider-token', 'totp', 'mail', 'model-key'];
    for (const sealer of purposes) {
      for (const opener of purposes.filter((purpose) => purpose !== sealer)) {
        expect(failureOf(() => ring.open(opener, owner, ring.seal(sealer, owner, secret))).reason).toBe('refused');
      }
    }
  });
});

test('a key may be written with blanks around it, and in one way only', () => {
  const text = Buffer.alloc(32, 7).toString('base64');
  expect(parseEncryptionKeys(` v7:${text} `)).toEqual([{ version: 7, key: Buffer.alloc(32, 7) }]);
  // The last character has two bits that mean nothing.
  expect(() => parseEncryptionKeys(`v7:${text.slice(0, -2)}d=`)).toThrow('entry 1');
});
