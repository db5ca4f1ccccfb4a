import { expect, test } from 'vitest';
import { defaultLimits, fullWorkspace, kernelLimit, limitMessage } from './limits.ts';

const limits = { ...defaultLimits, outputBytes: 1536, fileBytes: 1.5 * 1024 ** 2, wallClockMs: 1000 };

test.each([
  ['time', 'Stopped after 1 second:'],
  ['output', '1.5 KiB'],
  ['memory', '2 GiB'],
  ['processes', '256 processes'],
  ['file_size', '1.5 MiB'],
  ['disk', '2 GiB'],
] as const)('the message of %s names its value', (limit, value) => {
  expect(limitMessage(limit, limits)).toContain(value);
});

test('what the kernel ends is told by the signal it used', () => {
  expect(kernelLimit(153, limits).limit).toBe('file_size');
  expect(kernelLimit(152, limits)).toEqual({
    limit: 'time',
    message: 'Stopped: a process may use 600 seconds of computing time.',
  });
  expect(kernelLimit(1, limits)).toEqual({ limit: null, message: null });
});

test('a full workspace says how it is emptied', () => {
  expect(fullWorkspace(limits)).toMatchObject({ limit: 'disk', message: expect.stringContaining('removed') });
});
