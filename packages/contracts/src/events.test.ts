import { describe, expect, test } from 'vitest';
import { randomFrom, randomLog } from '../test/random-log.ts';
import { emptyTranscript, logOf, messageNo, sent } from '../test/samples.ts';
import { sessionEvent } from './events.ts';
import { sessionFeed } from './transcript.ts';

const delta = {
  type: 'text.delta',
  messageId: messageNo(2),
  step: 0,
  text: 'Hi',
  seq: 4,
  at: '2026-01-01T00:00:04.000Z',
};

describe('an entry of the log', () => {
  test('of every type comes through the wire as it was', () => {
    const events = randomLog(randomFrom(7), 600);

    for (const event of events) expect(sessionEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  test('keeps its text byte for byte, NUL and half of a surrogate pair included', () => {
    const text = 'a\u0000b\ud83d';

    expect(sessionEvent.parse(JSON.parse(JSON.stringify({ ...delta, text })))).toMatchObject({ text });
  });

  test('of a later version is read without the fields that are not known yet', () => {
    expect(sessionEvent.parse({ ...delta, colour: 'blue' })).toEqual(delta);
  });

  test('that was merged says from where it stands', () => {
    expect(sessionEvent.parse({ ...delta, from: 2 })).toEqual({ ...delta, from: 2 });
  });

  test.each([
    ['an unknown type', { type: 'text.sung' }],
    ['a place that is no whole number', { seq: 1.5 }],
    ['no place', { seq: undefined }],
    ['a time in words', { at: 'yesterday' }],
    ['a step before the first', { step: -1 }],
    ['a message that is no id', { messageId: 'm1' }],
  ])('with %s is refused', (_name, wrong) => {
    expect(sessionEvent.safeParse({ ...delta, ...wrong }).success).toBe(false);
  });

  test('names a call in at most two hundred characters', () => {
    const output = { ...delta, type: 'tool.output_delta' };

    expect(sessionEvent.safeParse({ ...output, callId: 'x'.repeat(200) }).success).toBe(true);
    expect(sessionEvent.safeParse({ ...output, callId: 'x'.repeat(201) }).success).toBe(false);
  });
});

test('a feed sends entries or a fresh transcript, never both', () => {
  const events = logOf(sent(1));
  const transcript = emptyTranscript();

  expect(sessionFeed.parse({ kind: 'events', events })).toEqual({ kind: 'events', events });
  expect(sessionFeed.parse({ kind: 'reset', transcript })).toEqual({ kind: 'reset', transcript });
  expect(sessionFeed.safeParse({ kind: 'reset', transcript, events }).success).toBe(false);
});

test('the same seed makes the same log, another seed another one', () => {
  const log = (seed: number) => randomLog(randomFrom(seed), 80);

  expect(log(3)).toEqual(log(3));
  expect(log(3)).not.toEqual(log(4));
});
