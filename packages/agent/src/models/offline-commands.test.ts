import { describe, expect, test } from 'vitest';
import { readCommand } from './offline-commands.ts';
import { notALanguageModel, sayResult, whatItUnderstands } from './offline-words.ts';

const note = (text: string, state = 'open') => ({ text, state });

describe('the offline model calls', () => {
  test.each<[said: string, name: string, input: object]>([
    ['list files', 'list_files', { path: '' }],
    ['  Show all my files  ', 'list_files', { path: '' }],
    ['list the files in src/app', 'list_files', { path: 'src/app' }],
    ['ls', 'list_files', { path: '' }],
    ['ls docs', 'list_files', { path: 'docs' }],
    ['read notes.md', 'read_file', { path: 'notes.md' }],
    ['open the file docs/a.txt', 'read_file', { path: 'docs/a.txt' }],
    ['cat a.txt', 'read_file', { path: 'a.txt' }],
    ['write notes.md: hello', 'write_file', { path: 'notes.md', text: 'hello' }],
    ['create a file b.txt: one\ntwo: three', 'write_file', { path: 'b.txt', text: 'one\ntwo: three' }],
    ['save c.ts:\n```ts\nconst a = 1;\n```', 'write_file', { path: 'c.ts', text: 'const a = 1;' }],
    ['edit notes.md: replace old words with new words', 'edit_file', edit('notes.md', 'old words', 'new words')],
    ['in a.md replace "b" by "c d"', 'edit_file', edit('a.md', 'b', 'c d')],
    ['change file a.md: replace gone with ""', 'edit_file', edit('a.md', 'gone', '')],
    ['find *.md', 'find_files', { pattern: '*.md' }],
    ['look for files src/**/*.ts', 'find_files', { pattern: 'src/**/*.ts' }],
    ['search TODO', 'search_files', { text: 'TODO' }],
    ['grep "two words" in src', 'search_files', { text: 'two words', path: 'src' }],
    ['find hello', 'search_files', { text: 'hello' }],
    ['run npm test', 'run_command', { command: 'npm test' }],
    ['$ ls -la\n', 'run_command', { command: 'ls -la' }],
    ['ask me: which colour', 'ask_user', { text: 'which colour', choices: [] }],
    ['ask me which colour | red | blue', 'ask_user', { text: 'which colour', choices: ['red', 'blue'] }],
    ['verdict pass: all there\n\nand more', 'verdict', { pass: true, reason: 'all there' }],
    ['delegate: list files', 'run_subagent', { goal: 'list files' }],
    ['verdict fail', 'verdict', { pass: false, reason: 'I was told to say so.' }],
    ['todo: first thing; second thing', 'update_todos', { items: [note('first thing'), note('second thing')] }],
    [
      'todos:\n[x] one\n\ndone two\nthree',
      'update_todos',
      { items: [note('one', 'done'), note('two', 'done'), note('three')] },
    ],
    ['todo: doneness of the cake; done', 'update_todos', { items: [note('doneness of the cake'), note('done')] }],
  ])('for %j', (said, name, input) => {
    const command = readCommand(said);

    expect(command.call).toEqual({ name, input });
    expect(command.reasoning).toContain(name);
    expect(command.text).toMatch(/^I .*\.\n$/);
  });

  function edit(path: string, oldText: string, newText: string) {
    return { path, oldText, newText };
  }
});

describe('the offline model says', () => {
  test.each(['help', 'HELP', '?', 'What can you do for me?', 'hilfe'])('what it understands, to %j', (said) => {
    expect(readCommand(said)).toEqual({ reasoning: '', text: whatItUnderstands, call: null });
  });

  test('numbers when it is told to count', () => {
    expect(readCommand('count to 5')).toEqual({ reasoning: '', text: '1 2 3 4 5', call: null });
    expect(readCommand('Count up to 1').text).toBe('1');
  });

  test('that there is little to think with, and what it thinks about', () => {
    const command = readCommand('think about the weather');

    expect(command.reasoning).toContain('about the weather.');
    expect(command.text).toBe(notALanguageModel);
  });

  test.each(['Write me a poem', 'count to 0', 'count to 99999', '', 'write: hello', 'help me with my homework'])(
    'what it is, to %j, and never nothing',
    (said) => {
      expect(readCommand(said)).toEqual({ reasoning: '', text: notALanguageModel, call: null });
    },
  );

  test('with every answer about itself how to add a real model', () => {
    for (const text of [whatItUnderstands, notALanguageModel]) expect(text).toContain('OPENAI_BASE_URL=');
  });
});

describe('the offline model says of a result', () => {
  const result = { callId: '0-a', isError: false };

  test.each([
    ['list_files', 'a.md (5 bytes)', 'These are the files:\n\n```\na.md (5 bytes)\n```'],
    ['list_files', 'There are no files here.', 'The workspace is empty. Try `write notes.md: hello`.'],
    ['read_file', 'hello', 'This is what it says:\n\n```\nhello\n```'],
    ['read_file', 'a ```` b', 'This is what it says:\n\n`````\na ```` b\n`````'],
    ['find_files', 'a.md', 'Found:\n\n```\na.md\n```'],
    ['search_files', 'a.md:1: hi', 'Found:\n\n```\na.md:1: hi\n```'],
    ['write_file', 'Created a.md (5 bytes).', 'Done. Created a.md (5 bytes).'],
  ])('of %s %j', (name, output, words) => {
    expect(sayResult({ ...result, name, output })).toBe(words);
  });

  test('that failed why it did', () => {
    expect(sayResult({ ...result, name: 'read_file', output: 'There is no a.md.', isError: true })).toBe(
      'That did not work: There is no a.md.',
    );
  });

  test('that is long its beginning', () => {
    const words = sayResult({ ...result, name: 'read_file', output: 'x'.repeat(4001) });

    expect(words).toContain(`\n${'x'.repeat(4000)}\n…\n`);
  });
});
