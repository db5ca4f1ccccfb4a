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

test.each(['[[tokens]]', '[[tokens -1]]', '[[dance]]', '[[tokens 5'])('%s is refused, not guessed', (script) => {
  expect(() => parseScript(script)).toThrow(ScriptError);
});

test('faults carry their numbers', () => {
  expect(parseScript('[[status 429 retry-after 1.5 times 2]] [[cut 7]]')).toEqual([
    { type: 'fault', fault: { type: 'status', status: 429, retryAfter: 1.5, times: 2 } },
    { type: 'fault', fault: { type: 'cut', at: 7 } },
  ]);
});

const asked = { role: 'user', content: '[[tokens 3]] [[tool a {}]] [[tool b {}]] [[tokens 4]]' };
const called = { role: 'assistant', content: 't000001 t000002 t000003', tool_calls: [{}, {}] };

test('a request ends with its tool calls, and the next one goes on after them', () => {
  expect(positionIn([asked]).actions.map(({ type }) => type)).toEqual(['tokens', 'tool', 'tool']);
  const next = positionIn([asked, called, { role: 'tool', content: 'x' }]);
  expect(next.actions.map(({ type }) => type)).toEqual(['tokens']);
  expect(next).toMatchObject({ wordsBefore: 3, lastWord: 3 });
});

test('a cut answer goes on after its last word, whatever the instruction to continue says', () => {
  const position = positionIn([
    { role: 'user', content: '[[tokens 9]]' },
    { role: 'assistant', content: 't000001 t000002 ' },
    { role: 'user', content: 'Continue.' },
  ]);
  expect(position).toMatchObject({ lastWord: 2, wordsBefore: 0 });
});

test('an answer of nothing but calls ends after them', () => {
  const only = { role: 'user', content: '[[tool a {}]]' };
  expect(positionIn([only, { role: 'assistant', content: '', tool_calls: [{}] }]).actions).toEqual([]);
});
