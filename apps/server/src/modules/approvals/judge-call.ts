import type { ToolEffect, Verdict } from '@atelier/agent/ports';
import type { ApprovalAction, ApprovalScope } from '@atelier/contracts/approvals';

export interface Rule {
  readonly scope: ApprovalScope | 'agent';
  readonly tool: string;
  readonly pattern: string;
  readonly action: ApprovalAction;
}

export interface CallToJudge {
  readonly name: string;
  readonly effect: ToolEffect;
  /**
   * What the call is about: each command of a command line, a path, an address. Null when nobody can say what it would
   * do: then no rule that names something allows it.
   */
  readonly subjects: readonly string[] | null;
  /** The whole of it, as rules that deny see it beside its subjects. */
  readonly whole: string;
}

const defaults: Readonly<Record<ToolEffect, 'allow' | 'ask'>> = {
  ask: 'allow',
  read: 'allow',
  write: 'allow',
  execute: 'ask',
  network: 'ask',
};
const why: Readonly<Record<ToolEffect, string>> = {
  ask: 'You asked to be asked.',
  read: 'You asked to be asked.',
  write: 'You asked to be asked.',
  execute: 'Commands are asked for.',
  network: 'What reaches the network is asked for.',
};

/**
 * Whether a call may be made. One rule that denies is enough. What the organisation wants asked is asked, whatever a
 * person allows themselves; else the narrowest scope that says something decides, and in it the rule that says the most.
 * Of several commands each has to be allowed.
 */
export function judgeCall(rules: readonly Rule[], call: CallToJudge): Verdict {
  const ofTool = rules.filter(({ tool }) => matches(tool, call.name));
  const denied = ofTool.find(
    ({ action, pattern }) =>
      action === 'deny' && [call.whole, ...(call.subjects ?? [])].some((subject) => matches(pattern, subject)),
  );
  if (denied) return { kind: 'deny', reason: `A rule denies this: ${denied.tool} ${denied.pattern}.` };
  const actions =
    call.subjects === null
      ? [actionForUnreadable(ofTool)]
      : // What is no command, such as `> a.md` alone, is looked at as it stands.
        (call.subjects.length > 0 ? call.subjects : [call.whole]).map((subject) => actionFor(ofTool, subject));
  const isAllowed = actions.every((action) => (action ?? defaults[call.effect]) === 'allow');
  return isAllowed ? { kind: 'allow' } : { kind: 'ask', reason: why[call.effect] };
}

/** What the rules say of one subject; null: nothing. */
function actionFor(rules: readonly Rule[], subject: string): ApprovalAction | null {
  const fitting = rules.filter(({ action, pattern }) => action !== 'deny' && matches(pattern, subject));
  if (fitting.some(({ scope, action }) => scope === 'organisation' && action === 'ask')) return 'ask';
  for (const scope of ['session', 'agent', 'person', 'organisation'] as const) {
    const said = fitting.filter((rule) => rule.scope === scope);
    const closest = said.toSorted(byHowMuchIsSaid)[0];
    if (closest) return closest.action;
  }
  return null;
}

/**
 * What the rules say of what nobody can take apart: it may be anything. So it is asked for where anything is denied, or
 * asked for by the organisation; else the narrowest scope decides that allows everything, or asks for something.
 */
function actionForUnreadable(rules: readonly Rule[]): ApprovalAction | null {
  if (rules.some(({ scope, action }) => action === 'deny' || (scope === 'organisation' && action === 'ask')))
    return 'ask';
  for (const scope of ['session', 'agent', 'person', 'organisation'] as const) {
    const said = rules.filter((rule) => rule.scope === scope);
    if (said.some(({ action, pattern }) => action === 'ask' && pattern !== '*')) return 'ask';
    const closest = said.filter(({ pattern }) => pattern === '*').toSorted(byHowMuchIsSaid)[0];
    if (closest) return closest.action;
  }
  return null;
}

/** The pattern that says the most, then the tool: `read_file` `*` before `*` `*`. Of two that say as much, who asks. */
function byHowMuchIsSaid(a: Rule, b: Rule): number {
  return (
    literalLength(b.pattern) - literalLength(a.pattern) ||
    literalLength(b.tool) - literalLength(a.tool) ||
    Number(b.action === 'ask') - Number(a.action === 'ask')
  );
}

function literalLength(pattern: string): number {
  return pattern.replaceAll('*', '').length;
}

/** Whether a text is what a pattern says; `*` stands for any text. In steps that grow with both lengths and no more. */
export function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
