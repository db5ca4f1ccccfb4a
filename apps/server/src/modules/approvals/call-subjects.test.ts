import { expect, test } from 'vitest';
import { callToJudge, patternsLike } from './call-subjects.ts';
import { judgeCall } from './judge-call.ts';

const subjectsOf = async (name: string, input: object) =>
  (await callToJudge({ name, input, effect: 'execute' })).subjects;

test('a rule sees the commands of a command line, and not the JSON around them', async () => {
  expect(await subjectsOf('run_command', { command: 'npm test && npm publish' })).toEqual(['npm test', 'npm publish']);
  expect(await subjectsOf('start_process', { command: 'npm run dev', directory: 'web' })).toEqual(['npm run dev']);
});

test('what nobody can take apart is seen whole by rules that deny, and by no other', async () => {
  const input = { command: '$(cat names) a' };
  const call = await callToJudge({ name: 'run_command', input, effect: 'execute' });
  expect(call).toMatchObject({ subjects: null, whole: '$(cat names) a' });
  expect(await patternsLike({ tool: 'run_command', inputText: JSON.stringify(input) })).toEqual([]);
});

test('a program with its arguments is seen as it would be typed', async () => {
  expect(await subjectsOf('git', { args: ['push', 'origin', 'main'] })).toEqual(['git push origin main']);
  expect(await patternsLike({ tool: 'git', inputText: '{"args":["status"]}' })).toEqual(['git status']);
});

test('a patch is seen by every file it touches, and one that cannot be read is allowed by no rule that names a file', async () => {
  const patch = '*** Begin Patch\n*** Delete File: .env\n*** Add File: ./src/a.ts\n+x\n*** End Patch';
  expect(await subjectsOf('apply_patch', { patch })).toEqual(['.env', 'src/a.ts']);
  expect(await subjectsOf('apply_patch', { patch: 'nothing' })).toBeNull();
});

test('a file is seen by its path', async () => {
  expect(await subjectsOf('write_file', { path: '.env', text: 'SECRET=1' })).toEqual(['.env']);
});

test.each(['./.env', './/.env', '.env/', '.env'])(
  'a file is the same however its path is written: %s',
  async (path) => {
    const call = await callToJudge({ name: 'write_file', input: { path, text: 'SECRET=1' }, effect: 'write' });
    const deny = { scope: 'person', tool: 'write_file', pattern: '.env*', action: 'deny' } as const;
    expect(judgeCall([deny], call).kind).toBe('deny');
  },
);

test('an address is denied however it is written', async () => {
  const call = await callToJudge({ name: 'web_fetch', input: { url: 'HTTPS://Evil.Example' }, effect: 'network' });
  const deny = { scope: 'person', tool: 'web_fetch', pattern: 'https://evil.example/*', action: 'deny' } as const;
  expect(judgeCall([deny], call).kind).toBe('deny');
});
