import { createHmac, generateKeyPairSync } from 'node:crypto';
import { organisationId, signInId, userId } from '@atelier/contracts/ids';
import { newId } from '@atelier/kernel/ids';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { SigningKeys } from '../../platform/secrets/signing-keys.ts';
import { AccessTokens } from './access-tokens.ts';

const secretOf = (text: string) => new TextEncoder().encode(text.padEnd(32, '.'));
const before = new SigningKeys([secretOf('before')]);
const after = new SigningKeys([secretOf('after'), secretOf('before')]);
const tokensOf = (keys: SigningKeys) => new AccessTokens(keys.keysFor('access-token'), 600);
const subject = {
  sub: userId.parse(newId()),
  email: 'ada@example.com',
  sid: signInId.parse(newId()),
  org: organisationId.parse(newId()),
};
const issued = async (keys: SigningKeys, at = new Date()) => (await tokensOf(keys).issue(subject, at)).token;
const refusalOf = async (token: string, keys = after) =>
  await tokensOf(keys)
    .verify(token)
    .then(
      () => 'taken',
      (error: { details?: { reason?: string } }) => error.details?.reason,
    );

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const { kid, key } = after.newest('access-token');
const now = Math.floor(Date.now() / 1000);
const claims = { ...subject, iss: 'atelier', aud: 'atelier-api', iat: now, exp: now + 300 };
const header = { alg: 'HS256', typ: 'at+jwt', kid };

function signed(head: object, body: object = claims, by: Uint8Array = key): string {
  const text = `${encoded(head)}.${encoded(body)}`;
  return `${text}.${createHmac('sha256', by).update(text).digest('base64url')}`;
}

describe('a new secret', () => {
  test('signs, and the one before it is still believed', async () => {
    expect(await tokensOf(after).verify(await issued(before))).toMatchObject(subject);
    expect(await tokensOf(after).verify(await issued(after))).toMatchObject(subject);
    expect(await refusalOf(await issued(after), before)).toBe('invalid');
  });

  test('once the one before it is forgotten, what that one signed is refused', async () => {
    expect(await refusalOf(await issued(before), new SigningKeys([secretOf('after')]))).toBe('invalid');
  });

  test('names its keys by 16 digits that differ for each purpose and secret, and stay the same', () => {
    const purposes = ['access-token', 'refresh-successor', 'limit-subject'] as const;
    const kids = purposes.flatMap((purpose) => after.keysFor(purpose).map((key) => key.kid));

    expect(new Set(kids).size).toBe(6);
    for (const kid of kids) expect(kid).toMatch(/^[0-9a-f]{16}$/);
    expect(before.newest('limit-subject')).toEqual(after.keysFor('limit-subject')[1]);
  });
});

describe('a token', () => {
  test('that is signed by hand is taken, so that what follows is refused for its own sake', async () => {
    expect(await refusalOf(signed(header))).toBe('taken');
  });

  const own = new Uint8Array(32);
  const jwk = { kty: 'oct', k: Buffer.from(own).toString('base64url'), alg: 'HS256' };
  test.each<[string, string]>([
    ['that says it needs no signature', `${encoded({ ...header, alg: 'none' })}.${encoded(claims)}.`],
    ['that says so in capitals', `${encoded({ ...header, alg: 'NONE' })}.${encoded(claims)}.`],
    ['that is signed and says it is not', signed({ ...header, alg: 'none' })],
    ['of a longer hash', signed({ ...header, alg: 'HS512' })],
    ['that calls the secret a public key', signed({ ...header, alg: 'RS256' })],
    ['without the name of a key', signed({ alg: 'HS256', typ: 'at+jwt' })],
    ['with an empty name', signed({ ...header, kid: '' })],
    ['with the name of the other key', signed({ ...header, kid: before.newest('access-token').kid })],
    ['with the name of no key', signed({ ...header, kid: 'v1' })],
    ['with a path for a name', signed({ ...header, kid: '../../dev/null' }, claims, new Uint8Array(1))],
    [
      'of the key of another purpose',
      signed({ ...header, kid: after.newest('limit-subject').kid }, claims, after.newest('limit-subject').key),
    ],
    ['that brings its key', signed({ ...header, jwk }, claims, own)],
    ['that brings its key and no name', signed({ alg: 'HS256', typ: 'at+jwt', jwk }, claims, own)],
    ['that says where its key is', signed({ ...header, jku: 'https://evil.example/keys' }, claims, own)],
    ['that brings a certificate', signed({ ...header, x5u: 'https://evil.example/c', x5c: ['AAAA'] }, claims, own)],
    ['with a header nobody understands', signed({ ...header, crit: ['exp'], exp: 1 })],
    ['from far in the future', signed(header, { ...claims, iat: now + 45 })],
    ['that is not valid yet', signed(header, { ...claims, nbf: now + 60 })],
    ['without an end', signed(header, { ...claims, exp: undefined })],
    ['without a beginning', signed(header, { ...claims, iat: undefined })],
  ])('%s is refused', async (_name, token) => {
    expect(await refusalOf(token)).toBe('invalid');
  });

  test('of a private key is refused, whatever it says', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = await new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: 'RS256', jwk: publicKey.export({ format: 'jwk' }) })
      .sign(privateKey);
    expect(await refusalOf(token)).toBe('invalid');
  });

  test('of a server whose clock is half a minute ahead is taken; one that ended is not, not even by a second', async () => {
    expect(await refusalOf(await issued(after, new Date(Date.now() + 25_000)))).toBe('taken');
    expect(await refusalOf(signed(header, { ...claims, exp: now - 1 }))).toBe('expired');
  });

  test('brings nothing of its header along: a key that it names beside ours changes nothing', async () => {
    expect(await refusalOf(signed({ ...header, jwk, jku: 'https://evil.example/keys' }))).toBe('taken');
  });
});
