import { expect, test } from 'vitest';
import { returnPath } from './return-path.ts';

test.each([
  '/',
  '/s/0192aaaa-0000-7000-8000-000000000000?file=a%20b.txt',
  '/settings/security',
  '/settings#keys',
  '/apis',
])('%s is a path of this app', (path) => expect(returnPath(path)).toBe(path));

test.each([
  '',
  'settings',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  ' //evil.example',
  'https:evil.example',
  'https://evil.example',
  'http:/evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  '/%2f%2fevil.example',
  '/%2Fevil.example',
  '/%5cevil.example',
  '/%09/evil.example',
  '/%',
  '/auth/oauth/google/start',
  '/auth/oauth',
  '/%61uth/oauth/google/start',
  '/trpc/auth.signOut',
  '/api/sessions',
  undefined,
  null,
  7,
  ['/settings'],
  { href: '/settings' },
])('AT-42: %j leads to the start', (wanted) => {
  expect(returnPath(wanted)).toBe('/');
});

test('AT-42: a path without end leads to the start', () => {
  expect(returnPath(`/${'a'.repeat(1023)}`)).toHaveLength(1024);
  expect(returnPath(`/${'a'.repeat(1024)}`)).toBe('/');
});
