import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Fault, type IdentityProvider, type Person, startIdentityProvider } from './identity-provider.ts';

const ada: Person = { subject: '7', email: 'ada@example.com', emailVerified: true, name: 'Ada' };
const verifier = 'a-verifier-that-is-long-enough-for-the-rules-of-rfc-7636';
const redirectUri = 'http://localhost:1/auth/oauth/x/callback';

let provider: IdentityProvider;
beforeAll(async () => {
  provider = await startIdentityProvider({ redirectUris: [redirectUri] });
});
afterAll(async () => await provider.stop());
beforeEach(() => {
  provider.setPerson(ada);
  provider.setFault(null);
});

function authorization(endpoint: string, change: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email profile',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  });
  return `${endpoint}?${query}`;
}

/** Follows redirects as a browser does, until one leads away from the provider or a page is shown. */
async function visit(address: string, init: RequestInit = {}): Promise<{ readonly back: URL; readonly text: string }> {
  let url = address;
  let options = init;
  const cookies = new Map<string, string>();
  for (let hop = 0; hop < 10; hop += 1) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(url, { ...options, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', ...value] = (line.split(';')[0] ?? '').split('=');
      cookies.set(name, value.join('='));
    }
    const location = response.headers.get('location');
    if (location === null) return { back: new URL(url), text: await response.text() };
    url = new URL(location, url).href;
    options = {};
    if (!url.startsWith(provider.issuer)) return { back: new URL(url), text: '' };
  }
  throw new Error('Too many redirects.');
}

async function redeem(endpoint: string, code: string | null, change: Readonly<Record<string, string>> = {}) {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: redirectUri,
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
    code_verifier: verifier,
    ...change,
  });
  const response = await fetch(endpoint, { method: 'POST', body, headers: { accept: 'application/json' } });
  return { status: response.status, body: JSON.parse((await response.text()) || 'null') };
}

function partsOf(token: string) {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: read(header), claims: read(claims), signed: `${header}.${claims}`, signature };
}

async function holds({ header, signed, signature }: ReturnType<typeof partsOf>): Promise<boolean> {
  const { keys } = await (await fetch(`${provider.issuer}/jwks`)).json();
  const key = keys.find(({ kid }: { kid: string }) => kid === header.kid);
  return verify(
    'RSA-SHA256',
    Buffer.from(signed),
    createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
}

test('discovery says what a client relies on', async () => {
  const discovered = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();

  expect(discovered).toMatchObject({
    issuer: provider.issuer,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  });
});

test('a person signs in by OpenID Connect: state, iss, nonce, a signature that holds, claims', async () => {
  const { back } = await visit(authorization(`${provider.issuer}/auth`));
  expect(Object.fromEntries(back.searchParams)).toMatchObject({ state: 'the-state', iss: provider.issuer });

  const { status, body } = await redeem(`${provider.issuer}/token`, back.searchParams.get('code'));

  expect(status).toBe(200);
  const token = partsOf(body.id_token);
  expect(token.claims).toMatchObject({ sub: '7', aud: provider.clientId, nonce: 'the-nonce', iss: provider.issuer });
  expect(await holds(token)).toBe(true);
  const headers = { authorization: `Bearer ${body.access_token}` };
  expect(await (await fetch(`${provider.issuer}/me`, { headers })).json()).toEqual({
    sub: '7',
    email: 'ada@example.com',
    email_verified: true,
    name: 'Ada',
  });
});

const endpoints = (): readonly (readonly [authorize: string, token: string])[] => [
  [`${provider.issuer}/auth`, `${provider.issuer}/token`],
  [provider.googleUrls.authorizationURL, provider.googleUrls.tokenURL],
  [provider.githubUrls.authorizationURL, provider.githubUrls.tokenURL],
];

test('a code is good once, and with its verifier, redirect URI and secret only', async () => {
  for (const [authorize, token] of endpoints()) {
    const changes = [
      ['code_verifier', ''],
      ['code_verifier', `${verifier}x`],
      ['redirect_uri', 'http://localhost:1/'],
      ['client_secret', 'another'],
    ] as const;
    for (const change of changes) {
      const { back } = await visit(authorization(authorize));
      const answer = await redeem(token, back.searchParams.get('code'), Object.fromEntries([change]));
      expect(answer.body).toHaveProperty('error');
    }
    const { back } = await visit(authorization(authorize));
    expect((await redeem(token, back.searchParams.get('code'))).body).toHaveProperty('access_token');
    expect((await redeem(token, back.searchParams.get('code'))).body).toHaveProperty('error');
  }
});

test('nobody is sent back without PKCE by S256, or to an address that is not registered', async () => {
  for (const [authorize] of endpoints()) {
    const changes = [
      ['code_challenge', ''],
      ['code_challenge_method', 'plain'],
      ['redirect_uri', `${redirectUri}/`],
    ] as const;
    for (const change of changes) {
      const { back } = await visit(authorization(authorize, Object.fromEntries([change])));
      expect(back.searchParams.get('code')).toBeNull();
    }
  }
});

test('somebody who denies is sent back with access_denied', async () => {
  provider.setPerson('denies');
  for (const [authorize] of endpoints()) {
    const { back } = await visit(authorization(authorize));
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', state: 'the-state' });
  }
});

test('without a chosen person a page asks, and its answer leads back', async () => {
  provider.setPerson(null);
  for (const [authorize] of endpoints()) {
    const { text } = await visit(authorization(authorize));
    expect(text).toContain('Ada Lovelace (ada@example.com, verified)');
    expect(text).toContain('Deny');
  }
  const { text } = await visit(authorization(provider.githubUrls.authorizationURL));
  const hidden = [...text.slice(0, text.indexOf('</form>')).matchAll(/name="(\w+)" value="([^"]*)"/g)];
  const decode = (value = '') => value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  const body = new URLSearchParams(hidden.map(([, name = '', value]) => [name, decode(value)]));
  const { back } = await visit(`${provider.issuer}/github/decision`, { method: 'POST', body });
  expect(back.searchParams.get('code')).toMatch(/^\w{40}$/);
});

test('Google and GitHub tell of a person in their own shapes', async () => {
  provider.setPerson({ ...ada, emailVerified: 'text', otherEmails: [{ email: 'old@example.com', verified: true }] });
  const [, google, github] = endpoints();
  const tokenOf = async (pair: readonly [string, string] | undefined) => {
    const { back } = await visit(authorization(pair?.[0] ?? ''));
    return (await redeem(pair?.[1] ?? '', back.searchParams.get('code'))).body.access_token;
  };
  const ask = async (url: string, token: string) =>
    await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json();

  expect(await ask(provider.googleUrls.userProfileURL, await tokenOf(google))).toMatchObject({
    sub: '7',
    email_verified: 'true',
  });
  const token = await tokenOf(github);
  expect(await ask(provider.githubUrls.userProfileURL, token)).toMatchObject({ id: 7, login: 'ada', email: null });
  expect(await ask(provider.githubUrls.userEmailURL, token)).toEqual([
    { email: 'old@example.com', primary: false, verified: true, visibility: null },
    { email: '7@users.noreply.github.com', primary: false, verified: true, visibility: null },
    { email: 'ada@example.com', primary: true, verified: false, visibility: null },
  ]);
});

test.each<[Fault, object, object]>([
  ['wrong_iss', {}, { iss: 'https://another-issuer.example' }],
  ['wrong_aud', {}, { aud: 'another-client' }],
  ['old_nonce', {}, { nonce: 'the-nonce-of-another-sign-in' }],
  ['expired', {}, { exp: expect.any(Number) }],
  ['alg_none', { alg: 'none' }, {}],
  ['alg_hs256', { alg: 'HS256' }, {}],
  ['foreign_key', { alg: 'RS256' }, {}],
])('the fault %s changes that and nothing else', async (fault, header, claims) => {
  provider.setFault(fault);
  const { back } = await visit(authorization(`${provider.issuer}/auth`));
  const { body } = await redeem(`${provider.issuer}/token`, back.searchParams.get('code'));

  const token = partsOf(body.id_token);
  const right = { iss: provider.issuer, aud: provider.clientId, nonce: 'the-nonce', sub: '7' };
  expect(token.header).toMatchObject(header);
  expect(token.claims).toMatchObject({ ...right, ...claims });
  const isSigned = !['alg_none', 'alg_hs256', 'foreign_key'].includes(fault);
  expect(await holds(token)).toBe(isSigned);
});

test('it goes down and comes back where it was', async () => {
  await provider.goDown();
  await expect(fetch(provider.issuer)).rejects.toThrow();

  await provider.comeBack();
  expect((await fetch(`${provider.issuer}/.well-known/openid-configuration`)).status).toBe(200);
});

test('what clients asked can be read afterwards', async () => {
  const before = provider.requests.length;
  const { back } = await visit(authorization(provider.googleUrls.authorizationURL));
  await redeem(provider.googleUrls.tokenURL, back.searchParams.get('code'));

  expect(provider.requests.slice(before)).toMatchObject([
    { at: 'google', method: 'GET', path: '/o/oauth2/v2/auth', parameters: { code_challenge_method: 'S256' } },
    { at: 'google', method: 'POST', path: '/oauth2/v4/token', parameters: { code_verifier: verifier } },
  ]);
});
