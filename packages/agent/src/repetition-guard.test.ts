import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RepetitionGuard } from './repetition-guard.ts';

function verdicts(...calls: readonly (readonly [name: string, inputText: string])[]) {
  const guard = new RepetitionGuard();
  return calls.map(([name, inputText]) => guard.note(name, inputText));
}

const same = ['read_file', '{"path":"a.md"}'] as const;

test('the third identical call in a row is advised against, the fifth stops the run', () => {
  expect(verdicts(same, same, same, same, same, same)).toEqual(['fine', 'fine', 'advise', 'advise', 'stop', 'stop']);
});

test.each([
  ['other arguments', ['read_file', '{"path":"b.md"}']],
  ['another tool', ['write_file', '{"path":"a.md"}']],
] as const)('a call with %s in between makes it fine again', (_name, other) => {
  expect(verdicts(same, same, other, same, same, same)).toEqual(['fine', 'fine', 'fine', 'fine', 'fine', 'advise']);
});

test('what is said of a call follows from how often it came in a row, whatever the calls are', () => {
  const call = fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('{}', '[]'));
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const expected = calls.map(([name, input], index) => {
        const before = calls.slice(0, index).toReversed();
        const other = before.findIndex((earlier) => earlier[0] !== name || earlier[1] !== input);
        const inARow = 1 + (other === -1 ? before.length : other);
        return inARow >= 5 ? 'stop' : inARow >= 3 ? 'advise' : 'fine';
      });
      expect(verdicts(...calls)).toEqual(expected);
    }),
    { seed: 20_260_101, numRuns: 300 },
  );
});
