import { describe, expect, test } from 'vitest';
import { type CallToJudge, judgeCall, matches, type Rule } from './judge-call.ts';

const command = (...subjects: readonly string[]): CallToJudge => ({
  name: 'run_command',
  effect: 'execute',
  subjects,
  whole: subjects.join(' && '),
});
const rule = (
  action: Rule['action'],
  pattern: string,
  scope: Rule['scope'] = 'person',
  tool = 'run_command',
): Rule => ({
  action,
  pattern,
  scope,
  tool,
});
const verdict = (rules: readonly Rule[], call: CallToJudge) => judgeCall(rules, call).kind;

describe('without a rule', () => {
  test.each([
    ['read', 'allow'],
    ['write', 'allow'],
    ['ask', 'allow'],
    ['execute', 'ask'],
    ['network', 'ask'],
  ] as const)('a call that can %s: %s', (effect, expected) => {
    expect(verdict([], { name: 'any', effect, subjects: ['x'], whole: 'x' })).toBe(expected);
  });
});

describe('a rule', () => {
  test('allows what it names, and nothing else', () => {
    const rules = [rule('allow', 'npm test*')];
    expect(verdict(rules, command('npm test'))).toBe('allow');
    expect(verdict(rules, command('npm test -- --watch'))).toBe('allow');
    expect(verdict(rules, command('npm publish'))).toBe('ask');
    expect(verdict(rules, { ...command('npm test'), name: 'start_process' })).toBe('ask');
  });

  test('has to allow each of several commands', () => {
    expect(verdict([rule('allow', 'npm test*')], command('npm test', 'rm -rf /'))).toBe('ask');
    expect(verdict([rule('allow', 'npm test*'), rule('allow', 'rm *')], command('npm test', 'rm -rf /'))).toBe('allow');
  });

  test('denies with one command of several, in whatever scope, and in what nobody can take apart', () => {
    for (const scope of ['session', 'person', 'organisation'] as const) {
      const rules = [rule('allow', '*'), rule('deny', 'rm *', scope)];
      expect(verdict(rules, command('npm test', 'rm -rf /'))).toBe('deny');
    }
    expect(verdict([rule('deny', '*rm *')], { ...command(), subjects: null, whole: 'x=$(rm -rf .)' })).toBe('deny');
  });

  test('that names something allows nothing that nobody can take apart; one for everything does', () => {
    const opaque = { ...command(), subjects: null, whole: 'npm test $(' };
    expect(verdict([rule('allow', 'npm test*')], opaque)).toBe('ask');
    expect(verdict([rule('allow', '*')], opaque)).toBe('allow');
  });

  test('for everything does not where anything is denied or asked for, of which it may be', () => {
    const opaque = { ...command(), subjects: null, whole: 'eval "$x"' };
    const all = rule('allow', '*', 'session');
    expect(verdict([all, rule('deny', 'rm *')], opaque)).toBe('ask');
    expect(verdict([all, rule('ask', 'git push*', 'organisation')], opaque)).toBe('ask');
    expect(verdict([all, rule('ask', 'git push*', 'session')], opaque)).toBe('ask');
    expect(verdict([all, rule('ask', 'git push*', 'person')], opaque)).toBe('allow');
    expect(verdict([all, rule('deny', '.env*', 'person', 'write_file')], opaque)).toBe('allow');
  });

  test('is looked for with what is no command, too: a file can be emptied without one', () => {
    const redirection = { ...command(), whole: '> notes.md' };
    expect(verdict([], redirection)).toBe('ask');
    expect(verdict([rule('deny', '*notes.md')], redirection)).toBe('deny');
    expect(verdict([rule('allow', '*')], redirection)).toBe('allow');
  });

  test('of one tool comes before one of all tools that says as much, in whichever order they were made', () => {
    const rules = [rule('ask', '*', 'person', '*'), rule('allow', '*')];
    for (const ordered of [rules, rules.toReversed()]) expect(verdict(ordered, command('npm test'))).toBe('allow');
    const same = [rule('ask', 'npm *', 'person', 'run_*'), rule('allow', '* npm', 'person', 'run_*')];
    for (const ordered of [same, same.toReversed()]) expect(verdict(ordered, command('npm npm'))).toBe('ask');
  });

  test('of the organisation that asks is not undone by a person; one that allows is', () => {
    const ask = rule('ask', 'git push*', 'organisation');
    expect(verdict([ask, rule('allow', '*', 'session'), rule('allow', 'git push*')], command('git push'))).toBe('ask');
    expect(verdict([rule('allow', '*', 'organisation'), rule('ask', 'git push*')], command('git push'))).toBe('ask');
  });

  test('of a narrower scope wins, and in one scope the one that says more', () => {
    expect(verdict([rule('ask', 'npm *'), rule('allow', 'npm *', 'session')], command('npm test'))).toBe('allow');
    expect(verdict([rule('allow', 'git *'), rule('ask', 'git push*')], command('git push'))).toBe('ask');
    expect(verdict([rule('allow', 'git *'), rule('ask', 'git push*')], command('git status'))).toBe('allow');
  });

  test('can make a call be asked for that is allowed otherwise', () => {
    const write: CallToJudge = { name: 'write_file', effect: 'write', subjects: ['.env'], whole: '.env' };
    expect(verdict([rule('ask', '.env*', 'person', 'write_file')], write)).toBe('ask');
    expect(verdict([rule('ask', '*', 'person', '*')], write)).toBe('ask');
  });
});

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['git *', 'git push', true],
  ['git *', 'gitpush', false],
  ['*.md', 'a.md', true],
  ['*.md', 'a.mdx', false],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['ab*ba', 'aba', false],
  ['a.c', 'abc', false],
  ['a', 'a', true],
  ['a', 'ab', false],
])('%j fits %j: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test('a pattern of many stars takes no longer for it', () => {
  expect(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(100_000))).toBe(false);
});

describe("an agent's rule", () => {
  test('comes before what its person says elsewhere, and after what they said in the session', () => {
    const rules = [rule('allow', 'npm *', 'person'), rule('ask', 'npm *', 'agent')];
    expect(verdict(rules, command('npm test'))).toBe('ask');
    expect(verdict([...rules, rule('allow', 'npm *', 'session')], command('npm test'))).toBe('allow');
  });

  test('allows nothing that the organisation wants asked', () => {
    const rules = [rule('ask', 'npm *', 'organisation'), rule('allow', 'npm *', 'agent')];
    expect(verdict(rules, command('npm test'))).toBe('ask');
  });
});
