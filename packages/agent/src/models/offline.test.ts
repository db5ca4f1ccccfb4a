import { describe, expect, test } from 'vitest';
import { FakeClock, RecordingJournal, runInput } from '../../test/doubles.ts';
import { asks } from '../../test/samples.ts';
import { TemporaryWorkspace } from '../../test/temporary-workspace.ts';
import type { ModelPart, PromptMessage } from '../ports.ts';
import { runAgent } from '../run-agent.ts';
import { workspaceTools } from '../tools/workspace-tools.ts';
import { createOfflineModel } from './offline.ts';
import { whatItUnderstands } from './offline-words.ts';

async function ask(messages: readonly PromptMessage[], clock = new FakeClock(), wordMs = 0): Promise<ModelPart[]> {
  const model = createOfflineModel({ clock, wordMs });
  const request = { system: '', messages, tools: [], signal: new AbortController().signal };
  const parts: ModelPart[] = [];
  for await (const part of model.stream(request)) parts.push(part);
  return parts;
}

function joined(parts: readonly ModelPart[], type: 'text' | 'reasoning' | 'tool_input'): string {
  return parts.map((part) => (part.type === type ? part.text : '')).join('');
}

describe('the offline model', () => {
  test('says that it is one', () => {
    expect(createOfflineModel({ clock: new FakeClock(), wordMs: 0 })).toMatchObject({ id: 'offline', isOffline: true });
  });

  test('speaks word by word, and says what it used at the end', async () => {
    const parts = await ask([{ role: 'user', text: 'count to 3' }]);

    expect(parts).toEqual([
      { type: 'text', text: '1 ' },
      { type: 'text', text: '2 ' },
      { type: 'text', text: '3' },
      { type: 'finish', usage: { inputTokens: expect.any(Number), outputTokens: 3, cost: 0 } },
    ]);
  });

  test('takes what hangs on a message for no part of the command', async () => {
    const parts = await ask([{ role: 'user', text: 'write a.md: hello\n\nAttached file: b.md\n```\nbody\n```' }]);

    expect(JSON.parse(joined(parts, 'tool_input'))).toEqual({ path: 'a.md', text: 'hello' });
  });

  test('keeps its pace by the clock it is given', async () => {
    const clock = new FakeClock();

    await ask([{ role: 'user', text: 'count to 3' }], clock, 20);

    expect(clock.sleeps).toEqual([20, 20, 20]);
  });

  test('thinks aloud when it is told to think', async () => {
    const parts = await ask([{ role: 'user', text: 'think about tea' }]);

    expect(parts[0]?.type).toBe('reasoning');
    expect(joined(parts, 'reasoning')).toContain('tea');
  });

  test('streams the arguments of a call in pieces that make up the whole', async () => {
    const text = 'a long text so that there are several pieces 😀 of it';

    const parts = await ask([{ role: 'user', text: `write notes.md: ${text}` }]);

    const call = parts.find((part) => part.type === 'tool_call');
    expect(call).toMatchObject({ name: 'write_file', inputText: JSON.stringify({ path: 'notes.md', text }) });
    expect(joined(parts, 'tool_input')).toBe(call?.inputText);
    expect(parts.filter(({ type }) => type === 'tool_input').length).toBeGreaterThan(2);
  });

  test('stops when it is told to', async () => {
    const model = createOfflineModel({ clock: new FakeClock(), wordMs: 0 });
    const abort = new AbortController();
    const seen: ModelPart[] = [];
    const messages = [{ role: 'user', text: 'count to 100' }] as const;
    const reading = (async () => {
      for await (const part of model.stream({ system: '', messages, tools: [], signal: abort.signal })) {
        seen.push(part);
        if (seen.length === 2) abort.abort('stopped');
      }
    })();

    await expect(reading).rejects.toBe('stopped');
    expect(seen).toHaveLength(2);
  });

  test('answers the last question, not the one before', async () => {
    const parts = await ask([
      { role: 'user', text: 'help' },
      { role: 'assistant', content: [{ type: 'text', text: whatItUnderstands }] },
      { role: 'user', text: 'count to 2' },
    ]);

    expect(joined(parts, 'text')).toBe('1 2');
  });
});

describe('by plain commands a person', () => {
  /** One turn of a conversation: a question, and what the offline model makes of it with real tools on real files. */
  async function turn(workspace: TemporaryWorkspace, question: string) {
    const journal = new RecordingJournal();
    const saved: unknown[] = [];
    const clock = new FakeClock();
    const outcome = await runAgent(
      runInput({
        models: [createOfflineModel({ clock, wordMs: 0 })],
        clock,
        journal,
        tools: workspaceTools(workspace, { save: async (items) => void saved.push(items) }),
        conversation: [asks(question)],
      }),
    );
    expect(outcome.state).toBe('succeeded');
    return { text: journal.text, tools: journal.of('tool.called').map(({ title }) => title), saved };
  }

  test('writes, reads, edits, lists, finds and searches files', async () => {
    await using workspace = await TemporaryWorkspace.with();

    expect((await turn(workspace, 'list files')).text).toContain('The workspace is empty.');
    expect(await turn(workspace, 'write docs/notes.md: buy milk')).toMatchObject({
      text: 'I write `docs/notes.md`.\nDone. Created docs/notes.md (8 bytes).',
      tools: ['Write docs/notes.md'],
    });
    expect((await turn(workspace, 'read docs/notes.md')).text).toContain('```\nbuy milk\n```');
    expect((await turn(workspace, 'edit docs/notes.md: replace milk with tea')).text).toContain('Replaced 1 place');
    expect(await workspace.readText('docs/notes.md')).toBe('buy tea');
    expect((await turn(workspace, 'list files in docs')).text).toContain('docs/notes.md (7 bytes)');
    expect((await turn(workspace, 'find *.md')).text).toContain('Found:\n\n```\ndocs/notes.md\n```');
    expect((await turn(workspace, 'search TEA')).text).toContain('docs/notes.md:1: buy tea');
  });

  test('keeps a todo list', async () => {
    await using workspace = await TemporaryWorkspace.with();

    const { saved, text } = await turn(workspace, 'todo: [x] one; two');

    expect(saved).toEqual([
      [
        { text: 'one', state: 'done' },
        { text: 'two', state: 'open' },
      ],
    ]);
    expect(text).toContain('The list has 2 items now.');
  });

  test('is told what did not work', async () => {
    await using workspace = await TemporaryWorkspace.with();

    expect((await turn(workspace, 'read gone.md')).text).toContain('That did not work: There is no file');
    expect((await turn(workspace, 'read ../../etc/passwd')).text).toContain('not a path inside the workspace');
  });
});
