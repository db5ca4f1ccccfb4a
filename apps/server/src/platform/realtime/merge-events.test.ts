import { deltaTypes, type SessionEvent } from '@atelier/contracts/events';
import { foldEvents } from '@atelier/contracts/fold';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom, randomLog } from '../../../../../packages/contracts/test/random-log.ts';
import { emptyTranscript, logOf, messageNo } from '../../../../../packages/contracts/test/samples.ts';
import { mergeEvents } from './merge-events.ts';

const isDelta = (type: string) => deltaTypes.some((delta) => delta === type);
const at = { messageId: messageNo(2), step: 0 };
const text = (words: string, over = {}) => ({ type: 'text.delta', ...at, text: words, ...over }) as const;

describe('neighbouring deltas', () => {
  test('of one text become one entry that says from where to where it stands', () => {
    const [first, , last] = logOf([text('a'), text('b'), text('c')], 5);

    expect(mergeEvents(logOf([text('a'), text('b'), text('c')], 5))).toEqual([
      { ...first, text: 'abc', from: 5, seq: 7 },
    ]);
    expect(last?.seq).toBe(7);
  });

  test('of thoughts keep what closes them, and a closed one stays apart', () => {
    const thought = (words: string, over = {}) => ({ type: 'reasoning.delta', ...at, text: words, ...over }) as const;
    const providerData = { kind: 'anthropic', model: 'm', data: '{}' } as const;

    expect(mergeEvents(logOf([thought('a'), thought('b', { providerData }), thought('c')]))).toMatchObject([
      { text: 'ab', providerData, seq: 2 },
      { text: 'c', seq: 3 },
    ]);
  });

  test.each<[string, Parameters<typeof logOf>[0]]>([
    ['of another message', [text('a'), text('b', { messageId: messageNo(4) })]],
    ['of another step', [text('a'), text('b', { step: 1 })]],
    ['of another kind', [text('a'), { type: 'reasoning.delta', ...at, text: 'b' }]],
    [
      'of another call',
      [
        { type: 'tool.output_delta', messageId: at.messageId, callId: 'x', text: 'a' },
        { type: 'tool.output_delta', messageId: at.messageId, callId: 'y', text: 'b' },
      ],
    ],
    ['with something between them', [text('a'), { type: 'todos.updated', items: [] }, text('b')]],
  ])('%s stay apart', (_name, bodies) => {
    expect(mergeEvents(logOf(bodies))).toEqual(logOf(bodies));
  });
});

test('a reader that is given merged entries sees what one sees that is given each, and is given few', () => {
  let [given, merged] = [0, 0];
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, length) => {
      const events: readonly SessionEvent[] = randomLog(randomFrom(seed), length);
      const fewer = mergeEvents(events);
      given += events.length;
      merged += fewer.length;
      expect(foldEvents(emptyTranscript(), fewer)).toEqual(foldEvents(emptyTranscript(), events));
      expect(mergeEvents(fewer)).toEqual(fewer);
      expect(fewer.every((event) => event.from === undefined || isDelta(event.type))).toBe(true);
    }),
    { seed: 20_260_102, numRuns: 150 },
  );
  expect(merged).toBeLessThan(given * 0.8);
});
