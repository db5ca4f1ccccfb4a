import { expect, test } from 'vitest';
import * as z from 'zod';
import { type WebAnswer, WorkspaceError } from '../ports.ts';
import { webFetch } from './web-fetch.ts';

function setUp(answer: Partial<Extract<WebAnswer, { kind: 'page' }>> | WebAnswer = {}) {
  const kept: string[] = [];
  const page = { kind: 'page', url: 'https://example.com/', status: 200, mediaType: 'text/html', text: '' } as const;
  const tool = webFetch({ fetch: async () => ({ ...page, ...answer }) }, async (text) => {
    kept.push(text);
    return 'outputs/1.txt';
  });
  const run = async () =>
    await tool
      .prepare({ url: 'https://example.com/' })
      .execute({ signal: new AbortController().signal, emit: () => undefined });
  return { tool, run, kept };
}

test('a page is given with its address and title', async () => {
  expect(await setUp({ text: '<title>Hi</title><h1>One</h1>' }).run()).toEqual({
    output: '[https://example.com/]\nHi\n\n# One',
  });
  expect(await setUp({ mediaType: 'text/plain', text: '<b>\n' }).run()).toEqual({
    output: '[https://example.com/]\n\n<b>',
  });
  expect(await setUp({ text: '<p>' }).run()).toEqual({ output: '[https://example.com/]\n\n[The page has no text.]' });
});

test('a long page gives its ends, and lies whole in a file', async () => {
  const { run, kept } = setUp({ mediaType: 'text/plain', text: `first ${'x'.repeat(100_000)} last` });

  const { output } = await run();

  expect(output).toMatch(
    /^\[https:\/\/example.com\/\]\n\nfirst x+\n\[\d+ characters are left out here. The whole output is in outputs\/1.txt.\]\nx+ last$/,
  );
  expect(output.length).toBeLessThan(25_000);
  expect(kept[0]).toHaveLength(100_011 + '[https://example.com/]\n\n'.length);
});

test('what is no text, is not there, or lies elsewhere is said in words', async () => {
  await expect(setUp({ mediaType: 'image/png' }).run()).rejects.toThrow(WorkspaceError);
  expect(await setUp({ status: 404 }).run()).toEqual({ output: 'https://example.com/ answered 404.', isError: true });
  expect(await setUp({ kind: 'elsewhere', url: 'https://other.example/' }).run()).toEqual({
    output: 'https://example.com/ leads to another host: https://other.example/. Read that address if you want to.',
    isError: true,
  });
});

test.each(['file:///etc/passwd', 'example.com', 'http://me:word@example.com/', 'javascript:alert(1)'])(
  'what is no web address is refused before anything is asked: %s',
  (url) => {
    expect(() => setUp().tool.prepare({ url })).toThrow(z.ZodError);
  },
);

test('it reaches the network, so that it is asked for', () => {
  expect(setUp().tool.effect).toBe('network');
});
