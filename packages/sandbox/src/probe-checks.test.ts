import { expect, test } from 'vitest';
import { failedChecks, readAnswers } from './probe-checks.ts';

const ours = ['ipc:[1]', 'mnt:[2]', 'net:[3]', 'pid:[4]', 'user:[5]', 'uts:[6]'];
const good = [
  'WORKSPACE=ok',
  'PROCESSES=2',
  ...['ipc:[11]', 'mnt:[12]', 'net:[13]', 'pid:[14]', 'user:[15]', 'uts:[16]'].map((name) => `NAMESPACE=${name}`),
  ...['all', 'default', 'lo'].map((name) => `INTERFACE=${name}`),
  ...['0', '1', '2'].map((name) => `DESCRIPTOR=${name}`),
  ...['CapEff', 'CapPrm', 'CapBnd'].map((name) => `${name}=0000000000000000`),
  ...['NoNewPrivs=1', 'Seccomp=2', 'Uid=1000', 'LIMIT=Max processes             64       64    processes'],
  ...['VARIABLE=PATH', 'VARIABLE=HOME', 'END=yes'],
];
const check = (lines: readonly string[]) => failedChecks(readAnswers(lines.join('\n')), ours);
const instead = (line: string) => [...good.filter((other) => other.split('=')[0] !== line.split('=')[0]), line];

test('a sandbox that is as it must be passes', () => {
  expect(check(good)).toEqual([]);
});

test('a probe that says nothing passes nothing that has to be said', () => {
  expect(check([])).toEqual([
    'the workspace can be written',
    'other processes are not seen',
    'every namespace is its own',
    'there are no capabilities',
    'no privileges can be gained',
    'system calls are filtered',
    'the user is not root',
    'the limits of processes hold',
    'the probe comes to its end',
  ]);
});

test.each([
  ['HOST=/etc/shadow', 'nothing else of the host is seen'],
  ['WROTE=/usr', 'nothing else can be written'],
  ['PROCESSES=80', 'other processes are not seen'],
  ['NAMESPACE=net:[3]', 'every namespace is its own'],
  ['INTERFACE=eth0', 'the network is its own'],
  ['DESCRIPTOR=19', 'nothing is inherited'],
  ['CapBnd=000001ffffffffff', 'there are no capabilities'],
  ['NoNewPrivs=0', 'no privileges can be gained'],
  ['Seccomp=0', 'system calls are filtered'],
  ['UNFILTERED=yes', 'system calls are filtered'],
  ['Uid=0', 'the user is not root'],
  ['LIMIT=Max processes unlimited unlimited processes', 'the limits of processes hold'],
  ['VARIABLE=DATABASE_URL', 'no variables of the server are seen'],
  ['NESTED=yes', 'no further namespaces can be made'],
])('%s is noticed', (line, claim) => {
  expect(check(instead(line)).join()).toContain(claim);
});
