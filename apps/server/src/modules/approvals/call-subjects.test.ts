import { expect, test } from 'vitest';
import { callToJudge, patternsLike } from './call-subjects.ts';

const subjectsOf = (name: string, input: object) => callToJudge({ name, input, effect: 'execute' }).subjects;

test('a rule sees the commands of a command line, and not the JSON around them', () => {
  expect(subjectsOf('run_command', { command: 'npm test && npm publish' })).toEqual(['npm test', 'npm publish']);
  expect(subjectsOf('start_process', { command: 'npm run dev', directory: 'web' })).toEqual(['npm run dev']);
});

test('what nobody can take apart is seen whole by rules that deny, and by no other', () => {
  const call = callToJudge({ name: 'run_command', input: { command: 'npm test $(rm -rf .)' }, effect: 'execute' });
  expect(call).toMatchObject({ subjects: null, whole: 'npm test $(rm -rf .)' });
  expect(patternsLike({ tool: 'run_command', inputText: '{"command":"npm test $(rm -rf .)"}' })).toEqual([]);
});

test('a program with its arguments is seen as it would be typed', () => {
  expect(subjectsOf('git', { args: ['push', 'origin', 'main'] })).toEqual(['git push origin main']);
  expect(patternsLike({ tool: 'git', inputText: '{"args":["status"]}' })).toEqual(['git status']);
});

test('a file is seen by its path', () => {
  expect(subjectsOf('write_file', { path: '.env', text: 'SECRET=1' })).toEqual(['.env']);
});
