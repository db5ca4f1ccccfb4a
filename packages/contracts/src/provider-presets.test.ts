import { describe, expect, test } from 'vitest';
import { providerPresets } from './provider-presets.ts';
import { baseUrl, createProviderInput } from './providers.ts';

test('no two presets have one id', () => {
  expect(new Set(providerPresets.map(({ id }) => id)).size).toBe(providerPresets.length);
});

describe('a preset', () => {
  test.each(providerPresets)('$name can be sent as it is', ({ id, name, kind, baseUrl, needsKey }) => {
    const sent = { name, kind, baseUrl, preset: id, apiKey: needsKey ? 'a-key' : null };
    expect(createProviderInput.parse(sent)).toEqual({ ...sent, access: 'everyone' });
  });

  test.each(providerPresets)('$name leads over TLS, or to this machine', ({ baseUrl, needsKey }) => {
    const { protocol, hostname } = new URL(baseUrl);
    expect([protocol, hostname === 'localhost']).toEqual(needsKey ? ['https:', false] : ['http:', true]);
  });
});

test.each([
  ['https://api.example.com/v1/', 'https://api.example.com/v1'],
  [' HTTPS://API.Example.com:443/v1 ', 'https://api.example.com/v1'],
  ['http://localhost:11434', 'http://localhost:11434'],
  ['http://0x7f.1:8000/v1', 'http://127.0.0.1:8000/v1'],
  ['http://[0:0:0:0:0:0:0:1]:8000/v1', 'http://[::1]:8000/v1'],
])('%j is kept as %s', (given, kept) => {
  expect(baseUrl.parse(given)).toBe(kept);
});

test.each([
  '',
  'api.example.com/v1',
  '//api.example.com/v1',
  'ftp://api.example.com/v1',
  'javascript:alert(1)',
  'https://me@api.example.com/v1',
  'https://me:word@api.example.com/v1',
  'https://api.example.com/v1?',
  'https://api.example.com/v1?key=x',
  'https://api.example.com/v1#',
  'https://api.example.com/v1#x',
  'https://',
  'https://api example.com/',
])('%j is no base URL', (given) => {
  expect(baseUrl.safeParse(given).success).toBe(false);
});
