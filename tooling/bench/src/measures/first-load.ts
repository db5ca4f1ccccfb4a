import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { sessionId as toSessionId } from '@atelier/contracts/ids';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import type { Bench } from '../bench.ts';
import { judge, type Row, round } from '../table.ts';
import type { Measure } from './measure.ts';

const signIn = { measure: 'JavaScript of the sign-in page', limit: 180 };
const conversation = { measure: 'JavaScript of a conversation', limit: 350 };

/** JavaScript that a browser with an empty cache fetches, as it came over the wire. */
export const firstLoad: Measure = {
  name: 'first-load',
  async run(bench) {
    if (!existsSync(`${bench.webDirectory}/index.html`)) return unmeasured('not built');
    const executablePath = [
      process.env.CHROMIUM_PATH ?? '',
      '/usr/bin/chromium-headless-shell',
      '/usr/bin/chromium',
      chromium.executablePath(),
    ].find(existsSync);
    if (executablePath === undefined) return unmeasured('no Chromium (set CHROMIUM_PATH)');
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const path = await answeredSession(bench);
      const { cookie } = await bench.account();
      return [
        await measurePage(browser, await bench.server(), { ...signIn, path: '/auth/sign-in', cookie: null }),
        await measurePage(browser, await bench.server(), { ...conversation, path, cookie }),
      ];
    } finally {
      await browser.close();
    }
  },
};

function unmeasured(reason: string): readonly Row[] {
  return [signIn, conversation].map(({ measure, limit }) => ({
    measure,
    ours: '-',
    figure: reason,
    target: `≤ ${limit} KB`,
    isMet: null,
  }));
}

async function answeredSession(bench: Bench): Promise<string> {
  const client = await bench.client();
  const id = await bench.sessionId();
  const stop = new AbortController();
  const parts = [{ type: 'text', text: '[[tokens 30 @0]]' } as const];
  await client.api.messages.send.mutate({ sessionId: toSessionId.parse(id), clientId: randomUUID(), parts });
  for await (const { messages } of client.followSession(id, { signal: stop.signal })) {
    if (messages.at(-1)?.run?.state === 'succeeded') break;
  }
  await client.close();
  return `/s/${id}`;
}

interface PageToLoad {
  readonly measure: string;
  readonly limit: number;
  readonly path: string;
  readonly cookie: string | null;
}

async function measurePage(browser: Browser, server: { readonly url: string }, load: PageToLoad): Promise<Row> {
  const context = await browser.newContext();
  const [name = '', value = ''] = load.cookie?.split('=') ?? [];
  if (load.cookie !== null) await context.addCookies([{ name, value, url: server.url }]);
  const page = await context.newPage();
  const scripts = await watchScripts(page, await context.newCDPSession(page));
  await page.goto(`${server.url}${load.path}`, { waitUntil: 'networkidle' });
  if (new URL(page.url()).pathname !== load.path) throw new Error(`${load.path} led to ${page.url()}.`);
  const { files, transferred, gzipped } = await scripts();
  await context.close();
  if (files === 0) throw new Error(`${load.path} fetched no scripts.`);
  return {
    measure: load.measure,
    ours: `${files} files, gzip ${round(gzipped / 1000)} KB`,
    ...judge({ figure: transferred / 1000, limit: load.limit, unit: ' KB' }),
  };
}

/** Returns what sums up the scripts fetched until then: as they came, and as gzip would make them. */
async function watchScripts(page: Page, devtools: CDPSession) {
  const requests = new Map<string, string>();
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.mimeType.includes('javascript')) requests.set(requestId, response.url);
  });
  await devtools.send('Network.enable');
  return async () => {
    // Bodies without headers, in the encoding the server chose.
    const bodies: readonly (readonly [string, number])[] = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((entry) => [entry.name, entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : 0]),
    );
    const urls = new Set(requests.values());
    const transferred = bodies.reduce((sum, [url, size]) => sum + (urls.has(url) ? size : 0), 0);
    let gzipped = 0;
    for (const requestId of requests.keys()) {
      const { body, base64Encoded } = await devtools.send('Network.getResponseBody', { requestId });
      gzipped += gzipSync(Buffer.from(body, base64Encoded ? 'base64' : 'utf8')).length;
    }
    return { files: requests.size, transferred, gzipped };
  };
}
