import { describe, expect, test } from 'vitest';
import { type Fetch, withCookies } from './cookies.ts';

const origin = 'http://localhost:3000';

/** A server that sets these cookies, one list a request, and tells what it was sent. */
function server(...answers: readonly (readonly string[])[]) {
  const seen: Headers[] = [];
  const fetch: Fetch = async (_url, init) => {
    const headers = new Headers();
    for (const line of answers[seen.length] ?? []) headers.append('set-cookie', line);
    seen.push(new Headers(init?.headers));
    return new Response('{}', { headers });
  };
  return { seen, fetch: withCookies(fetch, origin) };
}

describe('outside a browser', () => {
  test('a cookie that is set is sent with every later request', async () => {
    const { seen, fetch } = server(['atelier_refresh=abc; Path=/; HttpOnly; SameSite=Strict']);
    for (let count = 0; count < 3; count += 1) await fetch('/');

    expect(seen.map((headers) => headers.get('cookie'))).toEqual([null, 'atelier_refresh=abc', 'atelier_refresh=abc']);
  });

  test('a newer cookie takes the place of the older, and others stay', async () => {
    const { seen, fetch } = server(['a=1; Path=/', 'b=2'], ['a=3; Expires=Thu, 01 Jan 2099 00:00:00 GMT']);
    for (let count = 0; count < 3; count += 1) await fetch('/');

    expect(seen[2]?.get('cookie')).toBe('a=3; b=2');
  });

  test('a cookie that is cleared is not sent any more', async () => {
    const { seen, fetch } = server(['a=1'], ['a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
    for (let count = 0; count < 3; count += 1) await fetch('/');

    expect(seen.map((headers) => headers.get('cookie'))).toEqual([null, 'a=1', null]);
  });

  test('a value may hold what separates names from values', async () => {
    const { seen, fetch } = server(['a=b=c==; Path=/']);
    await fetch('/');
    await fetch('/');

    expect(seen[1]?.get('cookie')).toBe('a=b=c==');
  });

  test('each request says where it comes from and keeps what it said itself', async () => {
    const { seen, fetch } = server();
    await fetch('/', { headers: { authorization: 'Bearer x', origin: 'http://other' } });

    expect([seen[0]?.get('origin'), seen[0]?.get('authorization')]).toEqual([origin, 'Bearer x']);
  });
});
