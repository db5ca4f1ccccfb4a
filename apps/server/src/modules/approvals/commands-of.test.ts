import { expect, test } from 'vitest';
import { commandsOf } from './commands-of.ts';

test.each([
  ['npm test', ['npm test']],
  ['  npm \t  test  ', ['npm test']],
  ['npm test && rm -rf dist', ['npm test', 'rm -rf dist']],
  ['a; b | c & d || e\nf', ['a', 'b', 'c', 'd', 'e', 'f']],
  ['git commit -m "one; two && three"', ['git commit -m "one; two && three"']],
  ["grep 'a|b $HOME' notes.md", ["grep 'a|b $HOME' notes.md"]],
  ["echo 'two  blanks'", ["echo 'two  blanks'"]],
  ['ls *.md', ['ls *.md']],
])('the commands of %j are %j', (line, commands) => {
  expect(commandsOf(line)).toEqual(commands);
});

test.each([
  'npm test $(rm -rf .)',
  'npm test `rm -rf .`',
  'npm test "$(rm -rf .)"',
  'npm test <(rm -rf .)',
  'echo x > /workspace/package.json',
  'npm test \\\n; rm -rf .',
  "npm test # '\nrm -rf . # '",
  '{ npm test; }',
  '(npm test)',
  "'rm' -rf .",
  'r"m" -rf .',
  "npm test 'never closed",
  'cat <<EOF',
  ' ; ',
])('nobody can say what %j would do', (line) => {
  expect(commandsOf(line)).toBeNull();
});
