import { expect, test } from 'vitest';
import { openData, sealData } from './provider-data.ts';

const maker = { id: 'm', provider: { kind: 'anthropic' } } as const;
const sealed = sealData({ signature: 's' }, maker);

test('what a provider wants back comes back as it was', () => {
  expect(sealed).toEqual({ kind: 'anthropic', model: 'm', data: '{"signature":"s"}' });
  expect(openData(sealed, maker)).toEqual({ signature: 's' });
});

test.each([
  ['another model', { ...maker, id: 'n' }],
  ['another kind', { ...maker, provider: { kind: 'openai' } } as const],
])('%s is not sent it', (_name, other) => {
  expect(openData(sealed, other)).toBeUndefined();
});

test.each(['{"half', '[]', '7', 'null'])('%s in the log is no data', (data) => {
  expect(openData({ ...sealed, data }, maker)).toBeUndefined();
});

test('where there is none there is none', () => {
  expect(openData(undefined, maker)).toBeUndefined();
});
