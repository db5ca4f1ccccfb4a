import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** What can be wrong with the provider, one thing at a time. */
export type Fault =
  /** The token endpoint answers 500. */
  | 'token_500'
  /** The token endpoint answers what is no JSON. */
  | 'token_garbage'
  /** The token endpoint answers after `slowMs`. */
  | 'slow'
  /** The redirect back names another issuer (RFC 9207: the mix-up attack). */
  | 'wrong_response_iss'
  | 'wrong_iss'
  | 'wrong_aud'
  | 'old_nonce'
  | 'no_nonce'
  | 'expired'
  | 'alg_none'
  /** Signed with the client's secret: whoever takes any algorithm takes it. */
  | 'alg_hs256'
  /** Signed by a key that is not in the JWKS, under the name of one that is. */
  | 'foreign_key';

export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly clientSecret: string;
}

/** The ID token as it would look with this fault, signed as well as the fault allows. */
export function tampered(idToken: string, fault: Fault, signing: SigningKey): string {
  const [header, claims] = idToken
    .split('.')
    .slice(0, 2)
    .map((part): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString()));
  if (!header || !claims) throw new Error('This is no JWT.');
  const change = changes[fault]?.(Math.floor(Date.now() / 1000)) ?? {};
  const algorithm = fault === 'alg_none' ? 'none' : fault === 'alg_hs256' ? 'HS256' : 'RS256';
  // An undefined claim is left out by JSON.
  const body = `${encoded({ ...header, alg: algorithm })}.${encoded({ ...claims, ...change })}`;
  if (algorithm === 'none') return `${body}.`;
  if (algorithm === 'HS256')
    return `${body}.${createHmac('sha256', signing.clientSecret).update(body).digest('base64url')}`;
  const key = fault === 'foreign_key' ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey : signing.key;
  return `${body}.${sign('RSA-SHA256', Buffer.from(body), key).toString('base64url')}`;
}

const changes: Partial<Record<Fault, (now: number) => object>> = {
  wrong_iss: () => ({ iss: 'https://another-issuer.example' }),
  wrong_aud: () => ({ aud: 'another-client' }),
  old_nonce: () => ({ nonce: 'the-nonce-of-another-sign-in' }),
  no_nonce: () => ({ nonce: undefined }),
  expired: (now) => ({ iat: now - 7200, exp: now - 3600 }),
};

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
