import { expect, test } from 'vitest';
import { ReconnectPauses, reconnectDelayMs } from './connection.ts';
import { downloadFile, uploadUrl } from './files.ts';

test('a cut connection is tried again at once, then with growing pauses that differ from client to client', () => {
  expect(reconnectDelayMs(0)).toBe(0);
  for (const [attempt, ceiling] of [
    [1, 500],
    [2, 1000],
    [3, 2000],
    [4, 4000],
    [30, 4000],
  ] as const) {
    const delays = Array.from({ length: 200 }, () => reconnectDelayMs(attempt));
    for (const delay of delays) {
      expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
      expect(delay).toBeLessThanOrEqual(ceiling);
    }
    expect(new Set(delays).size).toBeGreaterThan(100);
  }
});

test('a socket that is sent away again and again comes back later each time, and at once when it was cut', () => {
  const pauses = new ReconnectPauses();
  expect(pauses.delayMs(0)).toBe(0);
  for (const ceiling of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    pauses.closed(1013);
    const delay = pauses.delayMs(0);
    expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
    expect(delay).toBeLessThanOrEqual(ceiling);
  }
  pauses.closed(1006);
  expect(pauses.delayMs(0)).toBe(0);
});

test('names and paths are written into addresses so that they mean themselves', async () => {
  const odd = 'a/b?c=d&e #ü';
  const upload = new URL(
    uploadUrl('http://x', { sessionId: '../y', name: odd, purpose: 'attachment', directory: odd }),
  );
  expect(upload.pathname).toBe('/api/sessions/..%2Fy/files');
  expect(Object.fromEntries(upload.searchParams)).toEqual({ name: odd, purpose: 'attachment', directory: odd });
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return new Response('content');
  };
  expect(await (await downloadFile(fetch, 'http://x', 'id', odd)).text()).toBe('content');
  expect(new URL(asked[0] ?? '').searchParams.get('path')).toBe(odd);
  expect(new URL(uploadUrl('http://x', { sessionId: 'id', name: 'a' })).search).toBe('?name=a&purpose=file');
});
