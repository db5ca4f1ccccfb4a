import { expect, test } from 'vitest';
import { positionIn } from './position.ts';
import { parseScript, ScriptError } from './script.ts';

const words = { type: 'tokens', count: 20, perSecond: 50 };

test('a script is read from the words around it', () => {
  expect(parseScript('please [[tokens 20 @50/s]] now')).toEqual([words]);
  expect(parseScript('[[tokens 20 stamped @50/s]]')).toEqual([{ ...words, isStamped: true }]);
  expect(parseScript('nothing to do')).toBeNull();
});

test('the arguments of a tool may hold brackets', () => {
  expect(parseScript('[[tool write_file {"text":"[[x]]"}]] [[tokens 20 @50]]')).toEqual([
    { type: 'tool', name: 'write_file', argumentsText: '{"text":"[[x]]"}' },
    words,
  ]);
});

test.each(['[[tokens]]', '[[tokens -1]]', '[[dance]]', '[[tokens 5', '[[pause 3]]'])(
  '%s is refused, not guessed',
  (script) => {
    expect(() => parseScript(script)).toThrow(ScriptError);
  },
);

test('faults carry their numbers', () => {
  expect(parseScript('[[status 429 retry-after 1.5 times 2]] [[cut 7]]')).toEqual([
    { type: 'fault', fault: { type: 'status', status: 429, kind: 'rate', retryAfter: 1.5, times: 2, model: null } },
    { type: 'fault', fault: { type: 'cut', at: 7, amount: 0, model: null } },
  ]);
  expect(parseScript('[[status 429 quota for a]] [[pause 3 500]] [[line 2 10 for b]]')).toEqual([
    { type: 'fault', fault: { type: 'status', status: 429, kind: 'quota', retryAfter: null, times: null, model: 'a' } },
    { type: 'fault', fault: { type: 'pause', at: 3, amount: 500, model: null } },
    { type: 'fault', fault: { type: 'line', at: 2, amount: 10, model: 'b' } },
  ]);
});

const asked = { role: 'user', text: '[[tokens 3]] [[tool a {}]] [[tool b {}]] [[tokens 4]]' } as const;
const called = { role: 'assistant', text: 't000001 t000002 t000003', calls: 2 } as const;

test('a request ends with its tool calls, and the next one goes on after them', () => {
  expect(positionIn([asked]).actions.map(({ type }) => type)).toEqual(['tokens', 'tool', 'tool']);
  const next = positionIn([asked, called, { role: 'tool', text: 'x' }]);
  expect(next.actions.map(({ type }) => type)).toEqual(['tokens']);
  expect(next).toMatchObject({ wordsBefore: 3, lastWord: 3 });
});

test('a cut answer goes on after its last word, whatever the instruction to continue says', () => {
  const position = positionIn([
    { role: 'user', text: '[[tokens 9]]' },
    { role: 'assistant', text: 't000001 t000002 ' },
    { role: 'user', text: 'Continue.' },
  ]);
  expect(position).toMatchObject({ lastWord: 2, wordsBefore: 0 });
});

test('an answer of nothing but calls ends after them', () => {
  const only = { role: 'user', text: '[[tool a {}]]' } as const;
  expect(positionIn([only, { role: 'assistant', text: '', calls: 1 }]).actions).toEqual([]);
});
