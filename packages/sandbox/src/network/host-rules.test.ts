import { describe, expect, test } from 'vitest';
import { isAllowed, readAuthority, readUrl } from './host-rules.ts';

describe('a list of hosts', () => {
  test.each([
    ['example.com', ['example.com'], true],
    ['example.com', ['EXAMPLE.com'], true],
    ['www.example.com', ['example.com'], false],
    ['www.example.com', ['*.example.com'], true],
    ['a.b.example.com', ['*.example.com'], true],
    ['example.com', ['*.example.com'], false],
    ['badexample.com', ['*.example.com'], false],
    ['.example.com', ['*.example.com'], false],
    ['example.com.evil.org', ['example.com', '*.example.com'], false],
    ['anything.org', ['*'], true],
    ['anything.org', [], false],
    ['example.com', [''], false],
    ['::1', ['[::1]'], true],
  ])('%s by %j: %s', (host, allow, expected) => {
    expect(isAllowed(host, allow)).toBe(expected);
  });
});

describe('a host and port', () => {
  test.each([
    ['example.com:443', { host: 'example.com', port: 443 }],
    ['EXAMPLE.com.:443', { host: 'example.com', port: 443 }],
    ['bücher.example:80', { host: 'xn--bcher-kva.example', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['127.1:80', { host: '127.0.0.1', port: 80 }],
    ['0x7f000001:80', { host: '127.0.0.1', port: 80 }],
    ['example.com', null],
    ['example.com:', null],
    ['example.com:99999', null],
    ['user@example.com:443', null],
    ['example.com/x:443', null],
    ['example.com:443/x', null],
    ['a b:443', null],
    [':443', null],
    ['', null],
  ])('%j is %j', (authority, expected) => {
    expect(readAuthority(authority)).toEqual(expected);
  });
});

describe('the address of a plain request', () => {
  test.each([
    ['http://example.com/a?b=c', { host: 'example.com', port: 80, path: '/a?b=c' }],
    ['http://example.com:8080', { host: 'example.com', port: 8080, path: '/' }],
    ['http://[::1]:8080/', { host: '::1', port: 8080, path: '/' }],
    ['https://example.com/', null],
    ['http://user:word@example.com/', null],
    ['/path', null],
    ['file:///etc/passwd', null],
    ['', null],
  ])('%j is %j', (url, expected) => {
    expect(readUrl(url)).toEqual(expected);
  });
});
