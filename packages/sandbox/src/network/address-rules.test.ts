import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayReach, placeOf } from './address-rules.ts';

describe('an address leads', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80e::200e',
    '[2606:4700:4700::1111]',
    '::ffff:1.1.1.1',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ])('%s to the internet', (address) => {
    expect(placeOf(address)).toBe('public');
  });

  test.each([
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    'fc00::1',
    'fdff:ffff::1',
    // The same in other spellings.
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0X7F.0x0.0x0.0x1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '0xa.0.0.1',
    '012.0.0.1',
    // And carried by others.
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::FFFF:7F00:0001',
    '0:0:0:0:0:ffff:7f00:1',
    '::127.0.0.1',
    '::7f00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::10.0.0.1',
    '2002:7f00:1::',
    '2002:a00:1::1',
    'fe80::5efe:10.0.0.1',
    '2606:4700::200:5efe:192.168.0.1',
  ])('%s to somewhere private', (address) => {
    expect(placeOf(address)).toBe('private');
  });

  test.each([
    '0.0.0.0',
    '0',
    '0x0',
    '0.1.2.3',
    '169.254.169.254',
    '169.254.0.1',
    '169.254.170.2',
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '169.254.43518',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'febf:ffff::1',
    '[fe80::a9fe:a9fe]',
    'fec0::1',
    'ff02::1',
    'fd00:ec2::254',
    'FD00:0EC2:0:0:0:0:0:0254',
    'fd20:ce::254',
    '2001:db8::1',
    '3fff::1',
    '100::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '4000::1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::a9fe:a9fe',
    '::ffff:0:a9fe:a9fe',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2606:4700::5efe:a9fe:a9fe',
    '::ffff:0.0.0.0',
    // A zone.
    '::1%lo',
    '2606:4700:4700::1111%1',
  ])('%s nowhere', (address) => {
    expect(placeOf(address)).toBe('never');
  });

  test.each([
    '',
    ' ',
    'localhost',
    'example.com',
    '256.0.0.1',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.65536',
    '4294967296',
    '08.0.0.1',
    '0x1g.0.0.1',
    '1..2.3',
    '.1.2.3',
    '-1.0.0.1',
    '1e1.0.0.1',
    ' 8.8.8.8',
    '8.8.8.8 ',
    '８.8.8.8',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '12345::',
    '::1.2.3.4.5',
    '1.2.3.4::',
    '[::1',
    'fe80::g',
  ])('nowhere when it is none: "%s"', (address) => {
    expect(placeOf(address)).toBe('never');
  });
});

test.each([
  ['8.8.8.8', 'public'],
  ['1.1.1.1', 'public'],
  ['172.15.255.255', 'public'],
  ['172.32.0.1', 'public'],
  ['2606:4700:4700::1111', 'public'],
  ['::ffff:8.8.8.8', 'public'],
  ['::ffff:808:808', 'public'],
  ['64:ff9b::8.8.8.8', 'public'],
  ['127.0.0.1', 'private'],
  ['127.255.255.254', 'private'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['198.18.0.1', 'private'],
  ['::1', 'private'],
  ['::ffff:127.0.0.1', 'private'],
  ['::ffff:7f00:1', 'private'],
  ['::ffff:10.0.0.1', 'private'],
  ['64:ff9b::127.0.0.1', 'private'],
  ['64:ff9b::a00:1', 'private'],
  ['64:ff9b:1::7f00:1', 'private'],
  ['::127.0.0.1', 'private'],
  ['2002:7f00:1::', 'private'],
  ['2001:0:7f00:1::', 'never'],
  ['2001:db8::1', 'never'],
  ['fc00::1', 'private'],
  ['fd12:3456::1', 'private'],
  ['fec0::1', 'never'],
  ['0.0.0.0', 'never'],
  ['0.1.2.3', 'never'],
  ['169.254.169.254', 'never'],
  ['::ffff:169.254.169.254', 'never'],
  ['64:ff9b::169.254.169.254', 'never'],
  ['168.63.129.16', 'never'],
  ['100.100.100.200', 'never'],
  ['fd00:ec2::254', 'never'],
  ['fe80::1', 'never'],
  ['fe80::1%eth0', 'never'],
  ['224.0.0.1', 'never'],
  ['255.255.255.255', 'never'],
  ['ff02::1', 'never'],
  ['::', 'never'],
  ['::ffff:0.0.0.0', 'never'],
  ['localhost', 'never'],
  ['', 'never'],
  ['127.1', 'private'],
])('%s is %s', (address, place) => {
  expect(placeOf(address)).toBe(place);
});

test('private addresses are for those who are let', () => {
  expect(mayReach('127.0.0.1', { allowPrivate: true })).toBe(true);
  expect(mayReach('127.0.0.1', { allowPrivate: false })).toBe(false);
  for (const allowPrivate of [true, false]) {
    expect(mayReach('1.1.1.1', { allowPrivate })).toBe(true);
    expect(mayReach('169.254.169.254', { allowPrivate })).toBe(false);
    expect(mayReach('no address', { allowPrivate })).toBe(false);
  }
});

const octet = fc.integer({ min: 0, max: 255 });

test('an IPv4 address leads to the same place in every spelling and in every carrier', () => {
  fc.assert(
    fc.property(octet, octet, octet, octet, (a, b, c, d) => {
      const plain = `${a}.${b}.${c}.${d}`;
      const number = ((a * 256 + b) * 256 + c) * 256 + d;
      const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
      const spellings = [
        String(number),
        `0x${number.toString(16)}`,
        `0${number.toString(8)}`,
        `${a}.${(b * 256 + c) * 256 + d}`,
        `${a}.${b}.${c * 256 + d}`,
        [a, b, c, d].map((value) => `0x${value.toString(16)}`).join('.'),
        [a, b, c, d].map((value) => `0${value.toString(8)}`).join('.'),
        `::ffff:${plain}`,
        `::ffff:${high}:${low}`,
        `64:ff9b::${plain}`,
        `2002:${high}:${low}::1`,
      ];
      expect(new Set(spellings.map(placeOf))).toEqual(new Set([placeOf(plain)]));
    }),
  );
});

test('whatever the text, it is read without failing', () => {
  fc.assert(fc.property(fc.string(), (text) => ['public', 'private', 'never'].includes(placeOf(text))));
});
