import type { Part } from '@atelier/contracts/parts';
import { describe, expect, test } from 'vitest';
import { asks, aTime, filePart, message, said, steered, toolPart } from '../test/samples.ts';
import { buildPrompt, continueInstruction } from './prompt.ts';

const thought: Part = { type: 'reasoning', step: 0, text: 'Hm', startedAt: aTime, endedAt: aTime };
const notice: Part = { type: 'notice', step: 0, kind: 'retrying', text: 'Trying again in 2 s.' };

/** What the model is told of one answer of the past. */
function told(...parts: readonly Part[]) {
  return buildPrompt([message('agent', ...parts)], []);
}

describe('the conversation', () => {
  test('goes to the model turn by turn, without the author', () => {
    expect(buildPrompt([asks('Hello'), message('agent', said('Good day')), asks('And now?')], [])).toEqual([
      { role: 'user', text: 'Hello' },
      { role: 'assistant', content: [{ type: 'text', text: 'Good day' }] },
      { role: 'user', text: 'And now?' },
    ]);
  });

  test('goes without thoughts and notices, and without an answer that has nothing else', () => {
    expect(told(thought, notice, said(''))).toEqual([]);
    expect(told(thought, said('Good day'), notice)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'Good day' }] },
    ]);
  });

  test('goes with a thought that its provider wants back, beside the calls it led to and nowhere else', () => {
    const providerData = { kind: 'anthropic', model: 'm', data: '{"signature":"s"}' } as const;
    const signed: Part = { ...thought, providerData };

    expect(told(signed, said('I look.'), toolPart({ providerData }))[0]).toEqual({
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm', providerData },
        { type: 'text', text: 'I look.' },
        { type: 'tool_call', callId: '0-a', name: 'read_file', input: { path: 'a.md' }, providerData },
      ],
    });
    expect(told(signed, said('Good day'))).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'Good day' }] },
    ]);
    expect(told(signed, toolPart({ state: 'drafting' }))).toEqual([]);
  });

  test('keeps the steps of an answer apart, each with what its tools answered', () => {
    expect(
      told(
        said('First.', 0),
        toolPart({ callId: '0-a' }),
        said('Then.', 1),
        toolPart({ step: 1, callId: '1-a', state: 'failed', output: 'No.' }),
        said('Done.', 2),
      ),
    ).toMatchObject([
      { role: 'assistant', content: [{ text: 'First.' }, { callId: '0-a' }] },
      { role: 'tool', results: [{ callId: '0-a', name: 'read_file', output: 'hello', isError: false }] },
      { role: 'assistant', content: [{ text: 'Then.' }, { callId: '1-a' }] },
      { role: 'tool', results: [{ callId: '1-a', output: 'No.', isError: true }] },
      { role: 'assistant', content: [{ text: 'Done.' }] },
    ]);
  });
});

describe('an attachment', () => {
  test('that is small text is in the prompt, between the words around it', () => {
    expect(buildPrompt([message('user', { type: 'text', text: 'Look:' }, filePart())], [])).toEqual([
      { role: 'user', text: 'Look:\n\nAttached file: uploads/a.md\n```\nhello\n```' },
    ]);
  });

  test('that holds a fence is fenced by a longer one', () => {
    const text = 'a\n````\nb\n````';

    expect(buildPrompt([message('user', filePart({ text }))], [])).toEqual([
      { role: 'user', text: `Attached file: uploads/a.md\n\`\`\`\`\`\n${text}\n\`\`\`\`\`` },
    ]);
  });

  test('that is large or no text is named, and how to read it', () => {
    const file = filePart({ path: 'uploads/a.png', size: 9000, mediaType: 'image/png', text: null });

    expect(buildPrompt([message('user', file)], [])).toEqual([
      {
        role: 'user',
        text: 'Attached file: uploads/a.png (9000 bytes, image/png). Read it with read_file when you need it.',
      },
    ]);
  });
});

describe('a tool call in the prompt', () => {
  test.each([
    ['an object as it is', '{"path":"a.md"}', { path: 'a.md' }],
    ['nothing as no arguments', '', {}],
    ['a number in an object', '42', { value: 42 }],
    ['a list in an object', '[1,2]', { value: [1, 2] }],
    ['null in an object', 'null', { value: null }],
    ['what is no JSON in an object', '{"path":', { invalid: '{"path":' }],
  ])('has %s: providers take nothing else', (_name, inputText, input) => {
    expect(told(toolPart({ inputText }))[0]).toMatchObject({ content: [{ input }] });
  });

  test('that cannot be read is cut', () => {
    expect(told(toolPart({ inputText: `{${'x'.repeat(5000)}` }))[0]).toMatchObject({
      content: [{ input: { invalid: `{${'x'.repeat(1999)}` } }],
    });
  });

  test.each([
    ['unknown', 'may have had its effect'],
    ['cancelled', 'was stopped before it ended'],
    ['failed', 'hello'],
  ] as const)('whose outcome is %s is an error, in words the model can act on', (state, words) => {
    expect(told(toolPart({ state }))[1]).toMatchObject({
      results: [{ isError: true, output: expect.stringContaining(words) }],
    });
  });

  test('that was only drafted never happened', () => {
    expect(told(said('I look.'), toolPart({ state: 'drafting' }))).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'I look.' }] },
    ]);
  });

  test('has an answer for every call, whatever its state: providers refuse a call without', () => {
    const states = ['drafting', 'running', 'succeeded', 'failed', 'cancelled', 'unknown'] as const;
    const messages = told(...states.map((state) => toolPart({ state, callId: state })));

    const asked = messages.flatMap((one) => (one.role === 'assistant' ? one.content : []));
    const answered = messages.flatMap((one) => (one.role === 'tool' ? one.results : []));
    expect(asked.map((part) => part.type === 'tool_call' && part.callId)).toEqual(states.slice(1));
    expect(answered.map(({ callId }) => callId)).toEqual(states.slice(1));
  });

  test('with a very long output is cut, and says by how much', () => {
    const [, result] = told(toolPart({ output: 'x'.repeat(30_007) }));

    expect(result).toMatchObject({
      results: [{ output: `${'x'.repeat(30_000)}\n[7 more characters were left out.]` }],
    });
    expect(told(toolPart({ output: 'x'.repeat(30_000) }))[1]).toMatchObject({
      results: [{ output: 'x'.repeat(30_000) }],
    });
  });
});

describe('the answer so far', () => {
  test('that ends in text was cut off, and the model is asked to go on', () => {
    expect(buildPrompt([asks('Hello')], [said('Good d')])).toEqual([
      { role: 'user', text: 'Hello' },
      { role: 'assistant', content: [{ type: 'text', text: 'Good d' }] },
      { role: 'user', text: continueInstruction },
    ]);
  });

  test('that ends in results needs no word more', () => {
    expect(buildPrompt([asks('Hello')], [said('I look.'), toolPart()]).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
    ]);
  });

  test('that is empty adds nothing', () => {
    expect(buildPrompt([asks('Hello')], [thought])).toEqual([{ role: 'user', text: 'Hello' }]);
  });
});

describe('what a person said in between', () => {
  test('is a turn of theirs, before the step that answers it and after what the tools answered', () => {
    expect(told(said('I look.'), toolPart(), steered('In German, please.', 1), said('Gern.', 1))).toMatchObject([
      { role: 'assistant', content: [{ text: 'I look.' }, { callId: '0-a' }] },
      { role: 'tool', results: [{ callId: '0-a' }] },
      { role: 'user', text: 'In German, please.' },
      { role: 'assistant', content: [{ text: 'Gern.' }] },
    ]);
  });

  test('is one turn with what was said before it, also with its files and pictures', () => {
    const picture = { name: 'a.png', mediaType: 'image/png', data: 'AAAA' };
    const file = filePart({ mediaType: 'image/png', name: 'a.png', path: 'uploads/a.png', text: null });
    const pictures = new Map([[file.uploadId, picture]]);

    expect(buildPrompt([asks('Hello')], [steered('One.', 0), steered('Two.', 0, file)], pictures)).toEqual([
      {
        role: 'user',
        text: 'Hello\n\nOne.\n\nTwo.\n\nAttached file: uploads/a.png (5 bytes, image/png), the picture "a.png".',
        images: [picture],
      },
    ]);
  });

  test('is answered, and no answer that was cut off is asked to be gone on with', () => {
    expect(buildPrompt([asks('Hello')], [said('Good d'), steered('In German.', 1)]).at(-1)).toEqual({
      role: 'user',
      text: 'In German.',
    });
  });
});
