import * as z from 'zod';
import { approvalRuleId, instant, runId, sessionId } from './ids.ts';
import { isStorable, notStorable } from './plain-text.ts';

/** The longest arguments of a call that a person may be asked to look at and change, in UTF-16 code units. */
const maxInputText = 1_000_000;

/**
 * What a person says to a run that waits. `inputText` is the arguments they saw, or as they changed them: leave is given
 * for exactly these.
 */
export const requestDecision = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('approve'),
    inputText: z.string().max(maxInputText).refine(isStorable, notStorable),
    /** And every call like it in this session, from now on. */
    isForSession: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('deny'), reason: z.string().max(2000).refine(isStorable, notStorable).default('') }),
  z.strictObject({ kind: z.literal('answer'), text: z.string().min(1).max(20_000).refine(isStorable, notStorable) }),
]);
export type RequestDecision = z.infer<typeof requestDecision>;

export const decideInput = z.strictObject({ runId, callId: z.string().min(1).max(200), decision: requestDecision });

export const approvalAction = z.enum(['allow', 'ask', 'deny']);
export type ApprovalAction = z.infer<typeof approvalAction>;

/** Text that `*` in it makes stand for any other. */
const pattern = z.string().trim().min(1).max(500).refine(isStorable, notStorable);

/** Where a rule holds. Nothing a person allows goes beyond what their organisation says. */
export const approvalScope = z.enum(['session', 'person', 'organisation']);
export type ApprovalScope = z.infer<typeof approvalScope>;

export const approvalRuleDto = z.strictObject({
  id: approvalRuleId,
  scope: approvalScope,
  sessionId: sessionId.nullable(),
  /** A tool's name, or names by `*`. */
  tool: z.string(),
  /** What the call is about, by `*`: a command, a path, an address. */
  pattern: z.string(),
  action: approvalAction,
  createdAt: instant,
});
export type ApprovalRuleDto = z.infer<typeof approvalRuleDto>;

export const approvalRuleInput = z.strictObject({ tool: pattern, pattern, action: approvalAction });
export const ownApprovalRuleInput = approvalRuleInput.extend({
  /** Null: in all sessions of the person. */
  sessionId: sessionId.nullable().default(null),
});
export const approvalRuleRef = z.strictObject({ ruleId: approvalRuleId });
export const approvalRulesInput = z.strictObject({ sessionId: sessionId.nullable().default(null) });
