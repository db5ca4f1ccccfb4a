import type { GrantDto } from '@atelier/contracts/auth';
import { identityDto } from '@atelier/contracts/auth';
import type { OrganisationId } from '@atelier/contracts/ids';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SignInStore } from './sign-in.ts';

const identity = identityDto.parse({
  user: {
    id: '00000000-0000-7000-8000-000000000001',
    email: 'ada@example.com',
    name: 'Ada',
    isEmailVerified: true,
    installationRole: 'user',
  },
  organisation: { id: '00000000-0000-7000-8000-000000000002', name: 'Ada', kind: 'personal', role: 'owner' },
  signInId: '00000000-0000-7000-8000-000000000003',
  idleMinutes: null,
});

const minute = 60_000;
/** The server's clock, years from this device's. */
const serverTime = Date.UTC(2001, 0, 1);

/** Another organisation of the same person. */
const elsewhere = identityDto.parse({
  ...identity,
  organisation: { id: '00000000-0000-7000-8000-000000000009', name: 'Lab', kind: 'shared', role: 'member' },
});

function grant(accessToken: string, lifetimeMs = 10 * minute): GrantDto {
  return {
    accessToken,
    serverTime: new Date(serverTime).toISOString(),
    expiresAt: new Date(serverTime + lifetimeMs).toISOString(),
    identity,
  };
}

const refused = Object.assign(new Error('ended'), {
  data: { app: { code: 'auth.required', message: 'Your session has ended.', retryable: false } },
});

/** A store whose renewals are answered in turn; without a next answer, never. */
function newStore(...answers: readonly (GrantDto | Error)[]) {
  let count = 0;
  const renew = vi.fn(async (_organisation: OrganisationId | undefined) => {
    const answer = answers[count];
    count += 1;
    if (answer instanceof Error) throw answer;
    return answer ?? (await new Promise<GrantDto>(() => undefined));
  });
  const exclusively = vi.fn((work: () => Promise<unknown>) => work());
  const store = new SignInStore({
    renew,
    exclusively: async (work) => (await exclusively(work)) as Awaited<ReturnType<typeof work>>,
  });
  const states: string[] = [];
  store.subscribe(() => states.push(store.state.status));
  return { store, renew, exclusively, states };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a token', () => {
  test('is renewed once for all who ask at the same moment', async () => {
    const { store, renew, exclusively } = newStore(grant('a'));

    expect(await Promise.all(Array.from({ length: 20 }, () => store.token()))).toEqual(Array(20).fill('a'));
    expect(renew).toHaveBeenCalledOnce();
    expect(exclusively).toHaveBeenCalledOnce();
    expect(store.state).toEqual({ status: 'signed_in', identity });
  });

  test('is the one there is while it lasts', async () => {
    const { store, renew } = newStore();
    store.accept(grant('a'));
    vi.setSystemTime(0);

    expect(await store.token()).toBe('a');
    expect(renew).not.toHaveBeenCalled();
  });

  test('that ends within seconds is not given out any more', async () => {
    const { store, renew } = newStore(new TypeError('away'), new TypeError('away'), grant('b'));
    store.accept(grant('a', 20_000));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(renew).toHaveBeenCalledOnce();
    expect(await store.token()).toBe('a');

    await vi.advanceTimersByTimeAsync(5100);
    expect(renew).toHaveBeenCalledTimes(2);
    expect(await store.token()).toBe('b');
  });

  test('is nobody for who signed out, and is not asked for', async () => {
    const { store, renew } = newStore(grant('a'));
    store.accept(grant('a'));
    store.forget();

    expect(await store.token()).toBeNull();
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(renew).not.toHaveBeenCalled();
    expect(store.state).toEqual({ status: 'signed_out' });
  });
});

describe('renewing by itself', () => {
  test.each([
    ['a minute before the end', 10 * minute, 9 * minute],
    ['at the half of a short life', minute, minute / 2],
    ['a second from now at the soonest', 500, 1000],
  ])('happens %s, whatever this device takes the time to be', async (_name, lifetime, after) => {
    const { store, renew } = newStore(grant('b'));
    store.accept(grant('a', lifetime));
    await vi.advanceTimersByTimeAsync(after - 1);
    expect(renew).not.toHaveBeenCalled();

    vi.setSystemTime(Date.UTC(2099, 0, 1));
    await vi.advanceTimersByTimeAsync(1);
    expect(renew).toHaveBeenCalledOnce();
    expect(await store.token()).toBe('b');
  });

  test('goes on from token to token', async () => {
    const { store, renew, states } = newStore(grant('b'), grant('c'), grant('d'));
    store.accept(grant('a'));
    await vi.advanceTimersByTimeAsync(27 * minute);

    expect(renew).toHaveBeenCalledTimes(3);
    expect(await store.token()).toBe('d');
    expect(new Set(states)).toEqual(new Set(['signed_in']));
  });

  test('is tried every five seconds while the server is away, and nobody is signed out', async () => {
    const { store, renew, states } = newStore(
      ...Array.from({ length: 6 }, () => new TypeError('fetch failed')),
      grant('b'),
    );
    store.accept(grant('a'));
    await vi.advanceTimersByTimeAsync(9 * minute + 29_000);
    expect(renew).toHaveBeenCalledTimes(6);
    expect(store.state.status).toBe('signed_in');

    await vi.advanceTimersByTimeAsync(1000);
    expect(await store.token()).toBe('b');
    expect(states).not.toContain('signed_out');
  });

  test('that the server answers with a failure of its own signs nobody out', async () => {
    const overloaded = Object.assign(new Error('busy'), {
      data: { app: { code: 'service.unavailable', message: 'Try again.', retryable: true } },
    });
    const { store } = newStore(overloaded);
    store.accept(grant('a'));

    await expect(store.renew()).rejects.toBe(overloaded);
    expect(store.state.status).toBe('signed_in');
    expect(await store.token()).toBe('a');
  });

  test('ends with the sign-in, once the server says so', async () => {
    const { store, renew, states } = newStore(refused);
    store.accept(grant('a'));

    expect(await store.renew()).toBeNull();
    expect(store.state).toEqual({ status: 'signed_out' });
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(renew).toHaveBeenCalledOnce();
    expect(states).toEqual(['signed_in', 'signed_out']);
  });

  test('ends when it is stopped', async () => {
    const { store, renew } = newStore(grant('b'));
    store.accept(grant('a'));
    store.stop();
    await vi.advanceTimersByTimeAsync(60 * minute);

    expect(renew).not.toHaveBeenCalled();
  });

  test.each<[string, (answer: (grant: GrantDto) => void, fail: (error: Error) => void) => void]>([
    ['succeeds', (answer) => answer(grant('b'))],
    ['fails', (_answer, fail) => fail(new TypeError('fetch failed'))],
  ])('that is under way and then %s does not undo a sign-out', async (_name, end) => {
    const under = Promise.withResolvers<GrantDto>();
    const renew = vi.fn(() => under.promise);
    const store = new SignInStore({ renew, exclusively: (work) => work() });
    store.accept(grant('a'));
    const renewing = store.renew();
    store.forget();
    end(under.resolve, under.reject);

    expect(await renewing).toBeNull();
    expect(store.state).toEqual({ status: 'signed_out' });
    expect(await store.token()).toBeNull();
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(renew).toHaveBeenCalledOnce();
  });
});

describe('another organisation', () => {
  test('that was gone to is not left again by a renewal that was under way', async () => {
    const under = Promise.withResolvers<GrantDto>();
    const store = new SignInStore({ renew: () => under.promise, exclusively: (work) => work() });
    store.accept(grant('a'));
    const renewing = store.renew();
    store.accept({ ...grant('lab'), identity: elsewhere });
    under.resolve(grant('b'));

    expect(await renewing).toBe('lab');
    expect(store.organisationId).toBe(elsewhere.organisation.id);
    expect(await store.token()).toBe('lab');
  });

  test('is followed to by renewing for it, and is what is renewed for from then on', async () => {
    const { store, renew } = newStore({ ...grant('lab'), identity: elsewhere }, { ...grant('b'), identity: elsewhere });
    store.accept(grant('a'));
    await store.show(elsewhere.organisation.id);
    expect(await store.token()).toBe('lab');

    await store.renew();
    const { id } = elsewhere.organisation;
    expect(renew.mock.calls).toEqual([[id], [id]]);
  });
});

test('who listens hears of each change until they stop', () => {
  const { store } = newStore();
  const heard: string[] = [];
  const stop = store.subscribe(() => heard.push(store.state.status));
  expect(store.state).toEqual({ status: 'unknown' });
  store.accept(grant('a'));
  stop();
  store.forget();

  expect(heard).toEqual(['signed_in']);
});
