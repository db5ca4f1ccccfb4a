import type { EventBody } from '@atelier/contracts/events';
import { foldParts, isPartEvent } from '@atelier/contracts/fold-parts';
import type { FilePart, Part, SteerPart } from '@atelier/contracts/parts';
import { describe, expect, test } from 'vitest';
import {
  allowAll,
  calls,
  echo,
  finish,
  RecordingJournal,
  runInput,
  type ScriptedModel,
  scriptedModel,
  text,
} from '../test/doubles.ts';
import { anAnswer, aRun, asks, aTime, filePart, message, said, steered, toolPart } from '../test/samples.ts';
import { LeaseLostError, type PromptMessage, type Steering } from './ports.ts';
import { type RunAgentInput, runAgent } from './run-agent.ts';

/** What people said, until the run takes it. */
class Said implements Steering {
  readonly #journal: RecordingJournal;
  #words: readonly SteerPart[] = [];

  constructor(journal: RecordingJournal) {
    this.#journal = journal;
  }

  say(words: string, ...files: readonly FilePart[]): void {
    this.#words = [...this.#words, steered(words, 0, ...files)];
  }

  get left(): number {
    return this.#words.length;
  }

  async isWaiting(): Promise<boolean> {
    return this.#words.length > 0;
  }

  async take(step: number): Promise<readonly EventBody[]> {
    const bodies = this.#words.map(
      ({ type: _type, step: _step, ...steer }) =>
        ({ type: 'run.steered', runId: aRun, messageId: anAnswer, step, steer }) as const,
    );
    this.#words = [];
    await this.#journal.commit(bodies);
    return bodies;
  }
}

function partsOf(journal: RecordingJournal): readonly Part[] {
  return journal.bodies.reduce<readonly Part[]>((parts, body) => {
    const event = { ...body, seq: 0, at: aTime };
    return isPartEvent(event) ? foldParts(parts, event, aTime) : parts;
  }, []);
}

function told(messages: readonly PromptMessage[] = []): readonly string[] {
  return messages.map((each) => {
    if (each.role === 'user') return `user: ${each.text}`;
    if (each.role === 'tool') return `tool: ${each.results.map(({ output }) => output).join(' ')}`;
    return `agent: ${each.content.map((part) => (part.type === 'tool_call' ? `[${part.name}]` : part.text)).join(' ')}`;
  });
}

/** A run in which the script may say something. */
async function run(script: (words: Said) => ScriptedModel, over: Partial<RunAgentInput> = {}) {
  const journal = new RecordingJournal();
  const words = new Said(journal);
  const model = script(words);
  const outcome = await runAgent(runInput({ models: [model], journal, tools: [echo()], steering: words, ...over }));
  return { outcome, journal, words, requests: model.requests.map(({ messages }) => told(messages)) };
}

describe('what is said while the answer is being written', () => {
  test('is read before the next step, after what the tools answered, in its order', async () => {
    const { outcome, journal, requests } = await run((words) =>
      scriptedModel(
        [
          text('I look.'),
          () => words.say('In German.'),
          () => words.say('And short.'),
          calls('echo', { word: 'a' }),
          finish(),
        ],
        [text('Gut.'), finish()],
      ),
    );

    expect(outcome.state).toBe('succeeded');
    expect(requests).toEqual([
      ['user: Do it.'],
      ['user: Do it.', 'agent: I look. [echo]', 'tool: a', 'user: In German.\n\nAnd short.'],
    ]);
    expect(partsOf(journal)).toMatchObject([
      { type: 'text', step: 0 },
      { type: 'tool', step: 0 },
      { type: 'steer', step: 1, content: [{ text: 'In German.' }] },
      { type: 'steer', step: 1, content: [{ text: 'And short.' }] },
      { type: 'text', step: 1 },
    ]);
  });

  test('makes an answer go on that had come to its end', async () => {
    const { outcome, requests } = await run((words) =>
      scriptedModel([text('Done.'), () => words.say('Once more.'), finish(10, 5)], [text('Again.'), finish(20, 5)]),
    );

    expect(outcome).toEqual({ state: 'succeeded', error: null, usage: { inputTokens: 30, outputTokens: 10 } });
    expect(requests[1]).toEqual(['user: Do it.', 'agent: Done.', 'user: Once more.']);
  });

  test('before the first word goes with the question, in one turn', async () => {
    const { requests } = await run((words) => {
      words.say('And short.');
      return scriptedModel([text('Done.')]);
    });

    expect(requests).toEqual([['user: Do it.\n\nAnd short.']]);
  });

  test('is not taken from the queue by an answer that has come to its end and may not go on', async () => {
    const { outcome, words } = await run(
      (words) => scriptedModel([text('Done.'), () => words.say('Once more.'), finish()]),
      { limits: { steps: 1 } },
    );

    expect([outcome.state, words.left]).toEqual(['succeeded', 1]);
  });

  test('is not taken by a run that ends for its money', async () => {
    const error = { code: 'run.budget', message: 'Spent.', retryable: false } as const;
    const budget: RunAgentInput['budget'] = {
      check: async ({ outputTokens }) => (outputTokens > 0 ? { kind: 'spent', error } : { kind: 'fine' }),
    };
    const { outcome, words } = await run(
      (words) => scriptedModel([() => words.say('Stop that.'), calls('echo', { word: 'a' }), finish(1, 1)]),
      { budget },
    );

    expect([outcome.state, words.left]).toEqual(['failed', 1]);
  });

  test('is not taken by a run that is stopped while a tool works', async () => {
    const abort = new AbortController();
    const stopped = echo(async (word) => {
      abort.abort('stopped');
      return { output: word };
    });
    const { outcome, words } = await run(
      (words) => scriptedModel([() => words.say('Stop that.'), calls('echo', { word: 'a' }), finish()]),
      { tools: [stopped], signal: abort.signal },
    );

    expect([outcome.state, words.left]).toEqual(['cancelled', 1]);
  });

  test('is not taken by a run that is stopped when its answer stands there whole: that is one that succeeded', async () => {
    const abort = new AbortController();
    let hasTaken = false;
    const steering: Steering = {
      async isWaiting() {
        abort.abort('stopped');
        return true;
      },
      async take() {
        hasTaken = abort.signal.aborted;
        return [];
      },
    };
    const outcome = await runAgent(
      runInput({ models: [scriptedModel([text('Done.')])], steering, signal: abort.signal }),
    );

    expect([outcome.state, hasTaken]).toEqual(['succeeded', false]);
  });

  test('stays where it is while the run waits for a person, and is read when it goes on', async () => {
    const asking = { ...allowAll, judge: async () => ({ kind: 'ask', reason: 'Words are asked for.' }) as const };
    const { outcome, journal, words } = await run(
      (words) => scriptedModel([() => words.say('Rather not.'), calls('echo', { word: 'a' }), finish()]),
      { approvals: asking },
    );
    expect([outcome.state, words.left]).toEqual(['waiting', 1]);

    const decision = { kind: 'denied', by: null, text: 'No.', isEdited: false, at: aTime } as const;
    const decided = { type: 'tool.decided', messageId: anAnswer, callId: '0-a', decision, inputText: null } as const;
    const model = scriptedModel([text('Fine.')]);
    const parts = foldParts(partsOf(journal), decided, aTime);
    await runAgent(runInput({ models: [model], tools: [echo()], parts, firstStep: 1, steering: words }));

    expect(told(model.requests[0]?.messages)).toEqual([
      'user: Do it.',
      'agent: [echo]',
      'tool: No.',
      'user: Rather not.',
    ]);
    expect(words.left).toBe(0);
  });

  test('stands in the prompt of the worker that goes on with the answer', async () => {
    const parts = [said('I look.'), toolPart(), steered('In German.', 1)];
    const model = scriptedModel([text('Gut.')]);
    await runAgent(runInput({ models: [model], parts, firstStep: 2 }));

    expect(told(model.requests[0]?.messages).slice(1)).toEqual([
      'agent: I look. [read_file]',
      'tool: hello',
      'user: In German.',
    ]);
  });

  test('stands in the prompt of later runs', async () => {
    const conversation = [
      asks('Hello'),
      message('agent', said('Hi.'), steered('In German.', 1), said('Hallo.', 1)),
      asks('And?'),
    ];
    const model = scriptedModel([text('Done.')]);
    await runAgent(runInput({ models: [model], conversation }));

    expect(told(model.requests[0]?.messages)).toEqual([
      'user: Hello',
      'agent: Hi.',
      'user: In German.',
      'agent: Hallo.',
      'user: And?',
    ]);
  });

  test('brings its pictures along, also to later runs', async () => {
    const picture = { name: 'a.png', mediaType: 'image/png', data: 'AAAA' };
    const attachments = { picture: async () => picture };
    const file = filePart({ mediaType: 'image/png', name: 'a.png', text: null });
    const journal = new RecordingJournal();
    const words = new Said(journal);
    const model = scriptedModel([() => words.say('Like this.', file), text('Done.'), finish()], [text('Yes.')]);
    await runAgent(runInput({ models: [model], journal, steering: words, attachments }));
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({ role: 'user', images: [picture] });

    const later = scriptedModel([text('Yes.')]);
    const conversation = [asks('Hello'), message('agent', ...partsOf(journal)), asks('And?')];
    await runAgent(runInput({ models: [later], conversation, attachments }));
    expect(later.requests[0]?.messages[2]).toMatchObject({ role: 'user', images: [picture] });
  });

  test('is kept word by word when the answer is summed up, or is told to whoever sums it up', async () => {
    const long = (word: string) => `${word} `.repeat(200);
    const step = (n: number) => toolPart({ step: n, callId: `${n}-a`, output: long(`out${n}`) });
    const scripted = scriptedModel([text('So far.'), finish()], [text('Done.')]);
    const model = { ...scripted, contextWindow: 850 };
    const parts = [step(0), steered('In German.', 1), step(1), step(2), steered('And short.', 3), step(3)];
    await runAgent(runInput({ models: [model], tools: [echo()], parts, firstStep: 4 }));

    const [asked, answered] = scripted.requests.map(({ messages }) => told(messages));
    expect(asked).toContain('user: In German.');
    expect(asked).not.toContain('user: And short.');
    // The question and what was said before the first step that is left are one turn.
    expect(answered?.[0]).toBe('user: Do it.\n\nAnd short.');
    expect(answered?.join()).not.toContain('German');
  });
});

test('a run that another worker has taken over reads nothing any more', async () => {
  const lost = new LeaseLostError('Gone.');
  const steering: Steering = { isWaiting: async () => true, take: () => Promise.reject(lost) };

  await expect(runAgent(runInput({ models: [scriptedModel()], steering }))).rejects.toBe(lost);
});
