import type { Part } from '@atelier/contracts/parts';
import { describe, expect, test } from 'vitest';
import {
  calls,
  echo,
  finish,
  RecordingJournal,
  runInput,
  type ScriptedModel,
  scriptedModel,
  text,
} from '../test/doubles.ts';
import { failure, said, toolPart } from '../test/samples.ts';
import type { PromptMessage } from './ports.ts';
import { type RunAgentInput, runAgent } from './run-agent.ts';
import type { Turn } from './summarised.ts';

/** A window in which about so many characters have room. */
const small = (model: ScriptedModel, characters: number): ScriptedModel => ({
  ...model,
  contextWindow: Math.ceil(characters / 3.5),
});
const long = (word: string, characters = 1000) => `${word} `.repeat(Math.ceil(characters / (word.length + 1)));
const turn = (seq: number, role: 'user' | 'agent', ...parts: readonly Part[]): Turn => ({
  seq,
  role,
  parts: [...parts],
});
const person = (seq: number, words: string) => turn(seq, 'user', { type: 'text', text: words });

async function run(model: ScriptedModel, over: Partial<RunAgentInput> = {}) {
  const journal = new RecordingJournal();
  const outcome = await runAgent(runInput({ models: [model], tools: [echo()], journal, ...over }));
  return { outcome, journal };
}

function wordsOf(messages: readonly PromptMessage[] = []): string {
  return messages
    .map((message) => {
      if (message.role === 'user') return message.text;
      if (message.role === 'tool') return message.results.map(({ output }) => output).join(' ');
      return message.content.map((part) => (part.type === 'tool_call' ? part.name : part.text)).join(' ');
    })
    .join('\n');
}

describe('a conversation that nearly fills the window', () => {
  const conversation = [
    person(1, long('first', 3000)),
    turn(2, 'agent', said(long('answer', 3000))),
    person(3, 'second'),
    turn(4, 'agent', said('short')),
    person(5, 'third'),
  ];

  test('is summed up by the model, which is then told the summary and the latest turns', async () => {
    const model = small(scriptedModel([text('In short.'), finish(500, 3)], [text('Done.'), finish(60, 2)]), 7450);
    const { outcome, journal } = await run(model, { conversation });

    expect(outcome).toMatchObject({ state: 'succeeded', usage: { inputTokens: 560, outputTokens: 5 } });
    const [asked, answered] = model.requests;
    expect(wordsOf(asked?.messages)).toContain(long('first', 3000).trim());
    expect(asked?.tools).toEqual([]);
    expect(answered?.system).toBe('Be brief.\n\nWhat came before in this conversation, in short:\nIn short.');
    expect(wordsOf(answered?.messages)).toBe('second\nshort\nthird');
    expect(journal.text).toBe('Done.');
    expect(journal.of('context.summarised')).toMatchObject([
      {
        step: 0,
        text: 'In short.',
        upTo: { seq: 2, step: null },
        usage: { inputTokens: 500 },
        model: { id: 'scripted' },
      },
    ]);
    // What is left is a few words: far from the thousands that were summed up.
    const [{ contextTokens = 0 } = {}] = journal.of('context.summarised');
    expect(contextTokens).toBeGreaterThan(10);
    expect(contextTokens).toBeLessThan(100);
  });

  test('is told in short to later runs too, and is not summed up again while there is room', async () => {
    const model = small(scriptedModel([text('Done.'), finish()]), 7450);
    const summary = { type: 'summary', step: 0, text: 'In short.', upTo: { seq: 2, step: null } } as const;
    const later = [...conversation.with(3, turn(4, 'agent', summary, said('short')))];
    await run(model, { conversation: later });

    expect(model.requests).toHaveLength(1);
    expect(model.requests[0]?.system).toContain('In short.');
    expect(wordsOf(model.requests[0]?.messages)).toBe('second\nshort\nthird');
  });

  test('is left alone where nobody knows the window, and where there is room', async () => {
    const unknown = scriptedModel([text('Done.'), finish()]);
    await run(unknown, { conversation });
    expect(unknown.requests).toHaveLength(1);
    const large = small(scriptedModel([text('Done.'), finish()]), 9000);
    await run(large, { conversation });
    expect(large.requests).toHaveLength(1);
  });

  test('is told as it is when the summary does not come about, which is not asked for again', async () => {
    const more = [calls('echo', { word: 'on' }), finish(0, 0)];
    const model = small(scriptedModel([failure('provider.refused')], more, [text('Done.'), finish(0, 0)]), 7450);
    const { outcome, journal } = await run(model, { conversation });

    expect(outcome.state).toBe('succeeded');
    expect(journal.of('context.summarised')).toEqual([]);
    expect(wordsOf(model.requests[1]?.messages)).toContain('first');
  });

  test('is summed up when the provider says that it is too long, and asked again', async () => {
    const model = scriptedModel(
      [failure('provider.context_too_long')],
      [text('In short.'), finish()],
      [text('Done.'), finish()],
    );
    const { outcome } = await run(model, { conversation });

    expect(outcome.state).toBe('succeeded');
    expect(wordsOf(model.requests[2]?.messages)).not.toContain('first');
    expect(model.requests[2]?.system).toContain('In short.');
  });

  test('fails as before when nothing can be left out', async () => {
    const model = scriptedModel([failure('provider.context_too_long')]);
    const { outcome } = await run(model, { conversation: [person(1, 'hello')] });
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'provider.context_too_long' } });
  });
});

describe('an answer that is long itself', () => {
  const question = person(7, 'Do it.');
  const step = (n: number) => toolPart({ step: n, callId: `${n}-a`, output: long(`out${n}`, 800) });

  test('is summed up but for its last steps, and its calls keep their results', async () => {
    const model = small(scriptedModel([text('So far.'), finish()], [text('Done.'), finish()]), 3000);
    const parts = [step(0), step(1), step(2), step(3)];
    const { outcome, journal } = await run(model, {
      conversation: [person(1, 'Hello.'), question],
      parts,
      firstStep: 4,
    });

    expect(outcome.state).toBe('succeeded');
    expect(journal.of('context.summarised')).toMatchObject([{ upTo: { seq: 6, step: 2 } }]);
    const { messages, system } = model.requests[1] ?? {};
    expect(system).toContain('So far.');
    expect(messages?.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
    expect(wordsOf(messages)).toContain('out3');
    expect(wordsOf(messages)).not.toContain('out2');
  });

  test('can be summed up again, with what was summed up before', async () => {
    const model = small(
      scriptedModel(
        [text('So far.'), finish()],
        [calls('echo', { word: long('more', 1200) }), finish(0, 0)],
        [text('Farther.'), finish()],
        [text('Done.'), finish()],
      ),
      3000,
    );
    const parts = [step(0), step(1), step(2), step(3)];
    const { outcome, journal } = await run(model, { conversation: [question], parts, firstStep: 4 });

    expect(outcome.state).toBe('succeeded');
    expect(journal.of('context.summarised').map(({ upTo }) => upTo.step)).toEqual([2, 3]);
    expect(model.requests[2]?.system).toContain('So far.');
    expect(wordsOf(model.requests[2]?.messages)).not.toContain('out2');
    expect(model.requests[3]?.system).toContain('Farther.');
    expect(model.requests[3]?.system).not.toContain('So far.');
  });
});
