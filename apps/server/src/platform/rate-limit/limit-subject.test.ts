import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { accountOf, limitSubject, networkOf } from './limit-subject.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::ffff', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['1:2:3:4:5:6:203.0.113.7', '1:2:3:4::/64'],
  ['', ''],
  ['unknown', 'unknown'],
])('%s is counted as %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});

test('an account is one, however its address is written', () => {
  expect(accountOf(' Ada@Example.COM ')).toBe('ada@example.com');
});

test('what is stored tells nothing without the key, and is the same each time', () => {
  const key = createSecretKey('a key', 'utf8');
  const stored = limitSubject(key, 'ada@example.com');

  expect(stored).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(limitSubject(key, 'ada@example.com')).toBe(stored);
  expect(limitSubject(createSecretKey('another', 'utf8'), 'ada@example.com')).not.toBe(stored);
});
