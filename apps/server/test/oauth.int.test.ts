import { createHash } from 'node:crypto';
import { grantDto } from '@atelier/contracts/auth';
import { startLinkOutput } from '@atelier/contracts/oauth';
import { systemStatus } from '@atelier/contracts/system';
import {
  type Fault,
  type IdentityProvider,
  type Person,
  startIdentityProvider,
} from '@atelier/identity-provider/identity-provider';
import { newId } from '@atelier/kernel/ids';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { call, dataOf, request, wireErrorOf } from './calls.ts';
import { type Person as Member, newPerson, password } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { type Arrival, VisitingBrowser } from './visiting-browser.ts';

const minute = 60_000;
const kinds = ['google', 'github', 'oidc'] as const;
type Kind = (typeof kinds)[number];

let provider: IdentityProvider;
let running: RunningProgram;
/** As people reach it: another host than the provider's, so another site. */
let home: string;
/** Everything that was logged as a warning. */
const warnings: unknown[] = [];

function settings(): Record<string, string> {
  const { issuer, googleUrls, githubUrls, clientId, clientSecret } = provider;
  const client = (prefix: string) => ({ [`${prefix}_CLIENT_ID`]: clientId, [`${prefix}_CLIENT_SECRET`]: clientSecret });
  return {
    ...client('GOOGLE'),
    ...client('GITHUB'),
    ...client('OIDC'),
    GOOGLE_URL: googleUrls.base,
    GITHUB_URL: githubUrls.base,
    OIDC_ISSUER: issuer,
    OIDC_NAME: 'Example',
  };
}

beforeAll(async () => {
  provider = await startIdentityProvider();
  running = await startProgram({ env: settings() });
  home = `http://localhost:${running.port}`;
  vi.spyOn(running.program.log, 'warn').mockImplementation((fields) => void warnings.push(fields));
});
afterAll(async () => {
  await running.stop();
  await provider.stop();
  expect(running.errors).toEqual([]);
});
beforeEach(() => provider.setPerson(somebody()));
afterEach(() => provider.setFault(null));

/** A person nobody knows yet. */
function somebody(change: Partial<Person> = {}): Person {
  const subject = String(Math.floor(Math.random() * 1e12));
  return { subject, email: `${newId()}@example.com`, emailVerified: true, name: 'Ada', ...change };
}

const startOf = (kind: Kind, returnTo?: string) =>
  `${home}/auth/oauth/${kind}/start${returnTo === undefined ? '' : `?${new URLSearchParams({ returnTo })}`}`;
const pathOf = ({ url }: Arrival) => `${url.pathname}${url.search}${url.hash}`;
const isCallback = ({ pathname }: URL) => pathname.endsWith('/callback');

/** Goes to the provider and back, but not in: where the provider sends the browser. */
async function comingBack(browser: VisitingBrowser, kind: Kind): Promise<URL> {
  const { url } = await browser.go(startOf(kind), { stopAt: isCallback });
  expect(url.origin).toBe(home);
  return url;
}

/** Who is signed in in this browser, as the web app finds out; null: nobody. */
async function whoIn(browser: VisitingBrowser) {
  const answer = await call(
    running,
    'auth.renew',
    {},
    {
      cookie: browser.cookieFor(running.url.replace('127.0.0.1', 'localhost')),
    },
  );
  if (answer.status === 401) return null;
  browser.take(home, answer.headers.getSetCookie());
  return grantDto.parse(dataOf(answer));
}

const exchanges = () => provider.requests.filter(({ path }) => path.includes('token')).length;
async function count(sql: string, ...values: unknown[]): Promise<number> {
  const { rows } = await running.database.pool.query(`SELECT count(*)::int AS n FROM ${sql}`, values);
  return Number(rows[0]?.n);
}
/** Everybody and everything they sign in with. */
async function everybody(): Promise<string> {
  const { rows } = await running.database.pool.query(
    `SELECT u.*, a.provider, a.issuer, a.subject, a.password_hash FROM users u JOIN accounts a ON a.user_id = u.id ORDER BY a.id`,
  );
  return JSON.stringify(rows);
}

/** Runs `work`, after which nobody new can be there, nobody signed in, and no code exchanged. */
async function changesNothing(work: () => Promise<void>): Promise<void> {
  const before = [await everybody(), await count('session_tokens'), exchanges()];
  await work();
  expect([await everybody(), await count('session_tokens'), exchanges()]).toEqual(before);
}

describe.each(kinds)('%s', (kind) => {
  const problem = (code: string) => `/auth/sign-in?problem=${code}&provider=${kind}`;

  test('signs somebody new in, in a workspace of their own, and leads where they wanted to go', async () => {
    const person = somebody();
    provider.setPerson(person);
    const browser = new VisitingBrowser();

    const arrival = await browser.go(startOf(kind, '/settings?a=b#c'));

    expect([pathOf(arrival), arrival.status]).toEqual(['/settings?a=b#c', 200]);
    const grant = await whoIn(browser);
    expect(grant?.identity).toMatchObject({
      user: { email: person.email, name: 'Ada' },
      organisation: { name: 'Ada', kind: 'personal' },
    });
    expect(browser.lineOf(home, 'atelier_refresh')).toMatch(/HttpOnly.*SameSite=Strict/);
    expect(arrival.way.join(' ')).not.toContain(grant?.accessToken ?? '?');
  });

  test('AT-39: knows them again by issuer and subject, whatever becomes of the address', async () => {
    const person = somebody();
    const known: (string | undefined)[] = [];
    const moved = `${newId()}@example.com`;
    for (const change of [{}, { email: moved }, { emailVerified: false }, { email: null }, {}] as const) {
      provider.setPerson({ ...person, ...change });
      const browser = new VisitingBrowser();
      expect(pathOf(await browser.go(startOf(kind)))).toBe('/');
      known.push((await whoIn(browser))?.identity.user.id);
    }

    expect(new Set(known).size).toBe(1);
    expect(await count('accounts WHERE user_id = $1', known[0])).toBe(1);
    expect(await count('users WHERE email = $1', moved)).toBe(0);
  });

  test('asks with PKCE by S256, a state of its own each time, and the address that is configured', async () => {
    const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
    const browser = new VisitingBrowser(forged);
    const before = provider.requests.length;
    await browser.go(startOf(kind));
    await browser.go(startOf(kind));

    const asked = provider.requests.slice(before).filter(({ parameters }) => parameters.response_type === 'code');
    expect(asked).toHaveLength(2);
    for (const { parameters } of asked) {
      expect(parameters).toMatchObject({
        redirect_uri: `${home}/auth/oauth/${kind}/callback`,
        code_challenge_method: 'S256',
        state: expect.stringMatching(/^[\w-]{43}$/),
      });
    }
    for (const part of ['state', 'code_challenge', ...(kind === 'oidc' ? ['nonce'] : [])]) {
      expect(new Set(asked.map(({ parameters }) => String(parameters[part]))).size).toBe(2);
    }
  });

  test('somebody who denies is told so, and may try again', async () => {
    provider.setPerson('denies');
    const browser = new VisitingBrowser();

    await changesNothing(async () => {
      expect(pathOf(await browser.go(startOf(kind)))).toBe(problem('denied'));
      expect(pathOf(await browser.go(startOf(kind, '/settings')))).toBe(`${problem('denied')}&next=%2Fsettings`);
      expect(await whoIn(browser)).toBeNull();
    });
    provider.setPerson(somebody());
    expect(pathOf(await browser.go(startOf(kind)))).toBe('/');
  });

  test('AT-40: what was not started in this browser is not ended in it, and its code not exchanged', async () => {
    const rightful = new VisitingBrowser();
    const attacker = new VisitingBrowser();
    const another = kinds.find((other) => other !== kind) ?? kind;
    const back = await comingBack(rightful, kind);
    const foreign = await comingBack(attacker, kind);
    const changed = (change: (url: URL) => void) => {
      const url = new URL(back);
      change(url);
      return url.href;
    };
    const state = back.searchParams.get('state') ?? '';

    await changesNothing(async () => {
      for (const [browser, address] of [
        [new VisitingBrowser(), back.href],
        [attacker, back.href],
        [rightful, foreign.href],
        [rightful, changed((url) => url.searchParams.delete('state'))],
        [rightful, changed((url) => url.searchParams.set('state', ''))],
        [rightful, changed((url) => url.searchParams.set('state', 'A'.repeat(43)))],
        [rightful, changed((url) => url.searchParams.set('state', 'null'))],
        [rightful, changed((url) => url.searchParams.append('state', state))],
        [rightful, `${home}/auth/oauth/${kind}/callback?code=x&state[]=${state}`],
        [rightful, `${home}/auth/oauth/${kind}/callback?code=x&state[$ne]=${state}`],
        [rightful, `${home}/auth/oauth/${kind}/callback`],
        [rightful, `${home}/auth/oauth/${kind}/callback?error=access_denied&state=${'A'.repeat(43)}`],
        [rightful, `${home}/auth/oauth/${kind}/callback?error=access_denied`],
      ] as const) {
        const arrival = await browser.go(address);
        expect(pathOf(arrival), address).toBe(problem('not_started_here'));
        expect(await whoIn(browser)).toBeNull();
      }
      const elsewhere = back.href.replace(`/${kind}/`, `/${another}/`);
      expect(pathOf(await rightful.go(elsewhere))).toBe(`/auth/sign-in?problem=not_started_here&provider=${another}`);
    });

    expect(pathOf(await rightful.go(back.href))).toBe('/');
  });

  test('AT-40: an answer works once, also when it comes ten times at the same moment', async () => {
    const browser = new VisitingBrowser();
    const back = await comingBack(browser, kind);
    const before = exchanges();

    const arrivals = await Promise.all(Array.from({ length: 10 }, () => browser.go(back.href)));

    expect(arrivals.filter((arrival) => pathOf(arrival) === '/')).toHaveLength(1);
    expect(arrivals.filter((arrival) => pathOf(arrival) === problem('not_started_here'))).toHaveLength(9);
    expect(exchanges() - before).toBe(1);
    await changesNothing(async () => {
      expect(pathOf(await browser.go(back.href))).toBe(problem('not_started_here'));
    });
  });

  test('AT-40: a code that was used cannot be brought in with a new state', async () => {
    const first = new VisitingBrowser();
    const used = await comingBack(first, kind);
    await first.go(used.href);
    const second = new VisitingBrowser();
    const back = await comingBack(second, kind);
    back.searchParams.set('code', used.searchParams.get('code') ?? '');

    expect(pathOf(await second.go(back.href))).toBe(problem('answer_refused'));
    expect(await whoIn(second)).toBeNull();
  });

  test("AT-41: another's fresh code is of no use, since it was made for another verifier", async () => {
    const victim = new VisitingBrowser();
    const stolen = await comingBack(victim, kind);
    const thief = new VisitingBrowser();
    const back = await comingBack(thief, kind);
    back.searchParams.set('code', stolen.searchParams.get('code') ?? '');

    expect(pathOf(await thief.go(back.href))).toBe(problem('answer_refused'));
    expect(await whoIn(thief)).toBeNull();
    const { clientId: client_id, clientSecret: client_secret } = provider;
    const redirect_uri = `${home}/auth/oauth/${kind}/callback`;
    const again = await comingBack(victim, kind);
    const code = again.searchParams.get('code') ?? '';
    const urls = {
      google: provider.googleUrls.tokenURL,
      github: provider.githubUrls.tokenURL,
      oidc: `${provider.issuer}/token`,
    };
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      client_id,
      client_secret,
      redirect_uri,
    });
    expect(await (await fetch(urls[kind], { method: 'POST', body })).text()).toContain('error');
  });

  test('AT-40: a sign-in that was begun more than ten minutes ago has ended', async () => {
    const browser = new VisitingBrowser();
    const [late, early] = [await comingBack(browser, kind), await comingBack(browser, kind)];
    running.clock.offsetMs = 10 * minute + 1000;
    await changesNothing(async () => {
      expect(pathOf(await browser.go(late.href))).toBe(problem('not_started_here'));
    });
    running.clock.offsetMs = 9 * minute;
    expect(pathOf(await browser.go(early.href))).toBe('/');
    running.clock.offsetMs = 0;
  });

  test('a provider that is away is told of, and nothing is lost', async () => {
    const browser = new VisitingBrowser();
    const back = await comingBack(browser, kind);
    await provider.goDown();
    const down = await browser.go(back.href);
    await provider.comeBack();

    expect(pathOf(down)).toBe(problem('provider_down'));
    expect(pathOf(await browser.go(startOf(kind)))).toBe('/');
  });

  test.each<Fault>(['token_500', 'token_garbage'])('with %s is told of as away', async (fault) => {
    const browser = new VisitingBrowser();
    provider.setFault(fault);
    expect(pathOf(await browser.go(startOf(kind)))).toBe(problem('provider_down'));

    provider.setFault(null);
    expect(await whoIn(browser)).toBeNull();
    expect(pathOf(await browser.go(startOf(kind)))).toBe('/');
  });

  test.each<[string, Partial<Person>]>([
    ['not verified', { emailVerified: false }],
    ['not said to be verified', { emailVerified: 'missing' }],
    ['verified by a word', { emailVerified: 'text' }],
    ['missing', { email: null }],
    ['none', { email: 'not an address' }],
    ['a secondary one', { email: null, otherEmails: [{ email: 'second@example.com', verified: true }] }],
  ])('AT-39: nobody gets an account by an address that is %s', async (_name, change) => {
    const browser = new VisitingBrowser();
    provider.setPerson(somebody(change));
    const before = await everybody();

    expect(pathOf(await browser.go(startOf(kind)))).toBe(problem('email_unverified'));
    expect(await whoIn(browser)).toBeNull();
    expect(await everybody()).toBe(before);
  });

  test.each<Person['emailVerified']>([true, false, 'missing', 'text'])(
    'AT-39: nobody is signed in or linked by the address of somebody here (verified: %s)',
    async (emailVerified) => {
      const victim = await newPerson(running);
      provider.setPerson(somebody({ email: victim.email.toUpperCase(), emailVerified }));
      const browser = new VisitingBrowser();
      const before = await everybody();

      // Unproved, the address is not even told to be known.
      const code = emailVerified === true ? 'link_first' : 'email_unverified';
      expect(pathOf(await browser.go(startOf(kind)))).toBe(problem(code));
      expect(await whoIn(browser)).toBeNull();
      expect(await everybody()).toBe(before);
    },
  );

  test('the same new person in two tabs at once becomes one person, signed in in both', async () => {
    const person = somebody();
    provider.setPerson(person);
    const browsers = Array.from({ length: 4 }, () => new VisitingBrowser());
    const backs = await Promise.all(browsers.map((browser) => comingBack(browser, kind)));

    const arrivals = await Promise.all(browsers.map((browser, n) => browser.go(backs[n]?.href ?? '')));

    expect(arrivals.map(pathOf)).toEqual(['/', '/', '/', '/']);
    expect(await count('users WHERE email = $1', person.email)).toBe(1);
  });

  describe('linking', () => {
    /** Somebody who is signed in with a password, and the browser that holds the cookie. */
    async function member(): Promise<{ readonly person: Member; readonly browser: VisitingBrowser }> {
      const person = await newPerson(running);
      const browser = new VisitingBrowser();
      browser.take(home, [`${person.cookie}; Path=/; HttpOnly; SameSite=Strict`]);
      return { person, browser };
    }
    const links = (code: string) => `/settings/security?problem=${code}&provider=${kind}`;
    const accountsOf = (person: Member) =>
      count(`accounts WHERE user_id = $1 AND provider <> 'password'`, person.userId);

    async function startLink(person: Member, browser: VisitingBrowser): Promise<string> {
      const answer = await call(running, 'auth.startLink', { provider: kind }, { token: person.token });
      browser.take(home, answer.headers.getSetCookie());
      return startLinkOutput.parse(dataOf(answer)).address;
    }

    test('adds a way to sign in, to the same person', async () => {
      const { person, browser } = await member();
      const outside = somebody({ emailVerified: false });
      provider.setPerson(outside);

      const arrival = await browser.go(await startLink(person, browser));

      expect(pathOf(arrival)).toBe(`/settings/security?linked=${kind}`);
      const other = new VisitingBrowser();
      expect(pathOf(await other.go(startOf(kind)))).toBe('/');
      expect((await whoIn(other))?.identity.user.id).toBe(person.userId);
      expect(pathOf(await browser.go(await startLink(person, browser)))).toBe(`/settings/security?linked=${kind}`);
      expect(await accountsOf(person)).toBe(1);
    });

    test('AT-39: an identity that somebody else has linked stays theirs', async () => {
      const [first, second] = [await member(), await member()];
      await first.browser.go(await startLink(first.person, first.browser));
      const before = await everybody();

      const arrival = await second.browser.go(await startLink(second.person, second.browser));

      expect(pathOf(arrival)).toBe(links('identity_taken'));
      expect(await everybody()).toBe(before);
    });

    test('of two people who link one identity at once one gets it', async () => {
      const pair = [await member(), await member()];
      const addresses = await Promise.all(pair.map(({ person, browser }) => startLink(person, browser)));
      const arrivals = await Promise.all(pair.map(({ browser }, n) => browser.go(addresses[n] ?? '')));

      expect(arrivals.map(pathOf).toSorted()).toEqual([`/settings/security?linked=${kind}`, links('identity_taken')]);
      expect((await accountsOf(pair[0]?.person as Member)) + (await accountsOf(pair[1]?.person as Member))).toBe(1);
    });

    test('AT-40: the answer counts only where it was begun and the same person is still signed in', async () => {
      const { person, browser } = await member();
      const stranger = await member();
      const back = async () => {
        const address = await startLink(person, browser);
        return (await browser.go(address, { stopAt: isCallback })).url.href;
      };
      const before = await everybody();
      const exchanged = exchanges();

      // In the browser of somebody else, who is signed in: a gift of the attacker's identity, or a theft of the link.
      expect(pathOf(await stranger.browser.go(await back()))).toBe(
        `/auth/sign-in?problem=not_started_here&provider=${kind}`,
      );
      expect(exchanges()).toBe(exchanged);
      // In the right browser, where somebody else has signed in meanwhile.
      const second = await back();
      browser.take(home, [`${stranger.person.cookie}; Path=/; SameSite=Strict`]);
      expect(pathOf(await browser.go(second))).toBe(links('not_started_here'));
      // In the right browser, after signing out.
      browser.take(home, [`${person.cookie}; Path=/; SameSite=Strict`]);
      const third = await back();
      await call(running, 'auth.signOut', {}, { cookie: person.cookie });
      expect(pathOf(await browser.go(third))).toBe(links('not_started_here'));

      expect(await everybody()).toBe(before);
    });

    test('somebody who denies comes back to where they link', async () => {
      const { person, browser } = await member();
      provider.setPerson('denies');
      expect(pathOf(await browser.go(await startLink(person, browser)))).toBe(links('denied'));
      expect(await accountsOf(person)).toBe(0);
    });
  });
});

describe('AT-41: an ID token is not taken', () => {
  test.each<Fault>([
    'wrong_iss',
    'wrong_aud',
    'old_nonce',
    'no_nonce',
    'expired',
    'alg_none',
    'alg_hs256',
    'foreign_key',
    'wrong_response_iss',
  ])('with %s', async (fault) => {
    const browser = new VisitingBrowser();
    const before = await everybody();
    provider.setFault(fault);

    const arrival = await browser.go(startOf('oidc'));

    expect(pathOf(arrival)).toBe('/auth/sign-in?problem=answer_refused&provider=oidc');
    expect(await whoIn(browser)).toBeNull();
    expect(await everybody()).toBe(before);
  });

  test('when the verifier that was kept is another one', async () => {
    const browser = new VisitingBrowser();
    const back = await comingBack(browser, 'oidc');
    await running.database.pool.query(`UPDATE oauth_states SET verifier = verifier || 'x'`);

    expect(pathOf(await browser.go(back.href))).toBe('/auth/sign-in?problem=answer_refused&provider=oidc');
  });
});

test('an issuer that is away when somebody begins is asked again the next time', async () => {
  await using late = await startIdentityProvider();
  await using program = await startProgram({
    env: { OIDC_ISSUER: late.issuer, OIDC_CLIENT_ID: late.clientId, OIDC_CLIENT_SECRET: late.clientSecret },
  });
  late.setPerson(somebody());
  const browser = new VisitingBrowser();
  const start = `http://localhost:${program.port}/auth/oauth/oidc/start`;
  await late.goDown();
  expect(pathOf(await browser.go(start))).toBe('/auth/sign-in?problem=provider_down&provider=oidc');
  const { token } = await newPerson(program);
  const answer = await call(program, 'auth.startLink', { provider: 'oidc' }, { token });
  expect([answer.status, wireErrorOf(answer).code]).toEqual([503, 'auth.provider_unavailable']);

  await late.comeBack();
  expect(pathOf(await browser.go(start))).toBe('/');
});

test('a provider that is silent is given up after ten seconds, and the others work meanwhile', async () => {
  await using slow = await startIdentityProvider({ slowMs: 60_000 });
  const { clientId, clientSecret, googleUrls, issuer } = slow;
  await using program = await startProgram({
    env: {
      GOOGLE_URL: googleUrls.base,
      GOOGLE_CLIENT_ID: clientId,
      GOOGLE_CLIENT_SECRET: clientSecret,
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: clientId,
      OIDC_CLIENT_SECRET: clientSecret,
    },
  });
  slow.setPerson(somebody());
  slow.setFault('slow');
  const startedAt = performance.now();
  const arrivals = await Promise.all(
    ['google', 'oidc'].map((kind) =>
      new VisitingBrowser().go(`http://localhost:${program.port}/auth/oauth/${kind}/start`),
    ),
  );

  expect(arrivals.map(pathOf)).toEqual([
    '/auth/sign-in?problem=provider_down&provider=google',
    '/auth/sign-in?problem=provider_down&provider=oidc',
  ]);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test('a provider that does not know us is no reason to sign anybody in, and the log says why', async () => {
  const secrets = { GOOGLE_CLIENT_SECRET: 'wrong', GITHUB_CLIENT_SECRET: 'wrong', OIDC_CLIENT_SECRET: 'wrong' };
  await using unknown = await startProgram({ beside: running, env: { ...settings(), ...secrets } });
  const warn = vi.spyOn(unknown.program.log, 'warn').mockImplementation(() => undefined);

  for (const kind of kinds) {
    const arrival = await new VisitingBrowser().go(`http://localhost:${unknown.port}/auth/oauth/${kind}/start`);
    expect(pathOf(arrival)).toBe(`/auth/sign-in?problem=answer_refused&provider=${kind}`);
  }
  const reasons = warn.mock.calls.map(([fields]) => Reflect.get(fields, 'reason'));
  expect(reasons).toEqual([
    expect.stringContaining('invalid_client'),
    expect.stringContaining('Error'),
    expect.stringContaining('invalid_client'),
  ]);
});

test('where registration is closed, only who is known comes in', async () => {
  await using closed = await startProgram({ beside: running, env: { ...settings(), REGISTRATION: 'invitation' } });
  const start = `http://localhost:${closed.port}/auth/oauth/google/start`;
  const person = somebody();
  provider.setPerson(person);
  const before = await everybody();
  expect(pathOf(await new VisitingBrowser().go(start))).toBe(
    '/auth/sign-in?problem=registration_closed&provider=google',
  );
  expect(await everybody()).toBe(before);

  await new VisitingBrowser().go(startOf('google'));
  expect(pathOf(await new VisitingBrowser().go(start))).toBe('/');
});

test.each([
  '//evil.example',
  '/\\evil.example',
  'https:evil.example',
  '/%2f%2fevil.example',
  'javascript:alert(1)',
  '/auth/oauth/google/start',
])('AT-42: nobody is led to %s', async (returnTo) => {
  provider.setPerson(somebody());
  const arrival = await new VisitingBrowser().go(startOf('github', returnTo));

  expect(arrival.url.href).toBe(`${home}/`);
});

test('the cookie that binds to the browser is no use to scripts, to other sites, or for long', async () => {
  const browser = new VisitingBrowser();
  await comingBack(browser, 'github');
  const line = browser.lineOf(home, 'atelier_oauth') ?? '';
  expect(line).toMatch(/^atelier_oauth=[\w-]{43}; /);
  expect(line).toMatch(/HttpOnly/);
  expect(line).toMatch(/SameSite=Lax/i);
  expect(line).toMatch(/Path=\/auth\/oauth(;|$)/);
  const expires = Date.parse(/Expires=([^;]+)/.exec(line)?.[1] ?? '');
  expect(expires - Date.now()).toBeLessThanOrEqual(10 * minute);

  await using secure = await startProgram({
    beside: running,
    env: { ...settings(), PUBLIC_URL: 'https://atelier.example.com' },
  });
  const answer = await request(secure, '/auth/oauth/github/start', { redirect: 'manual' });
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-atelier_oauth=[\w-]{43}; (?=.*Path=\/(;|$))(?=.*HttpOnly)(?=.*Secure)(?=.*SameSite=Lax)/i,
    ),
  ]);
  const address = new URL(answer.headers.get('location') ?? '');
  expect(address.searchParams.get('redirect_uri')).toBe('https://atelier.example.com/auth/oauth/github/callback');
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('whoever came by another name of this machine begins where it will end', async () => {
  provider.setPerson(somebody());
  const arrival = await new VisitingBrowser().go(`${running.url}/auth/oauth/oidc/start?returnTo=%2Fsettings`);

  expect(arrival.way[1]).toBe(`${home}/auth/oauth/oidc/start?returnTo=%2Fsettings`);
  expect(arrival.url.href).toBe(`${home}/settings`);
});

test('of a state, a cookie and a code only hashes or nothing are kept', async () => {
  const browser = new VisitingBrowser();
  const back = await comingBack(browser, 'oidc');
  const { rows } = await running.database.pool.query(`SELECT o.*, o::text AS whole FROM oauth_states o`);
  const state = back.searchParams.get('state') ?? '';
  const cookie = browser.cookieFor(back).split('=')[1] ?? '';
  const text = JSON.stringify(rows);

  expect(text).toContain(createHash('sha256').update(state).digest('hex'));
  expect(text).toContain(createHash('sha256').update(cookie).digest('hex'));
  for (const secret of [state, cookie, back.searchParams.get('code') ?? '']) expect(text).not.toContain(secret);
});

test('what visitors see names the providers that are configured, and no other exists', async () => {
  const status = systemStatus.parse(dataOf(await call(running, 'system.status')));
  expect(status.signInProviders).toEqual([
    { id: 'google', name: 'Google' },
    { id: 'github', name: 'GitHub' },
    { id: 'oidc', name: 'Example' },
  ]);

  await using without = await startProgram();
  expect(systemStatus.parse(dataOf(await call(without, 'system.status'))).signInProviders).toEqual([]);
  const { token } = await newPerson(without);
  for (const path of [
    'google/start',
    'google/callback?state=x',
    'password/start',
    '__proto__/start',
    'constructor/callback',
  ]) {
    expect((await request(without, `/auth/oauth/${path}`)).status).toBe(404);
  }
  expect((await call(without, 'auth.startLink', { provider: 'google' }, { token })).status).toBe(404);
});

test('what was logged says which provider failed and holds no secret', () => {
  const text = JSON.stringify(warnings);
  expect(warnings.length).toBeGreaterThan(10);
  expect(warnings).toContainEqual(expect.objectContaining({ provider: 'github', problem: 'provider_down' }));
  const parameters = provider.requests.flatMap(({ parameters }) =>
    ['code', 'state', 'code_verifier', 'code_challenge', 'nonce', 'client_secret'].map((name) => parameters[name]),
  );
  const secrets = [...new Set(parameters.filter((value) => typeof value === 'string'))];
  expect(secrets.length).toBeGreaterThan(50);
  for (const secret of [...secrets, password]) expect(text.includes(secret), secret).toBe(false);
});
