import * as z from 'zod';
import { badRequest, checked, imageTypeIn, signatureOf } from '../checks.ts';
import type { Asked, Turn } from '../dialect.ts';

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: z.string().optional(),
});
const callId = z.string().min(1).max(64);

const item = z.union([
  z.strictObject({ role: z.enum(['system', 'developer']), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.array(z.union([inputText, inputImage])).min(1) }),
  z.strictObject({ role: z.literal('assistant'), content: z.string() }),
  z.strictObject({
    type: z.literal('function_call'),
    call_id: callId,
    name: z.string().regex(/^[\w-]{1,64}$/),
    arguments: z.string(),
  }),
  z.strictObject({ type: z.literal('function_call_output'), call_id: callId, output: z.string() }),
  z.strictObject({
    type: z.literal('reasoning'),
    id: z.string().regex(/^rs_/),
    summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
    encrypted_content: z.string(),
  }),
]);
type Item = z.infer<typeof item>;

const request = z.strictObject({
  model: z.string(),
  input: z.array(item).min(1),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        name: z.string(),
        description: z.string().optional(),
        parameters: z.record(z.string(), z.unknown()),
        strict: z.boolean().optional(),
      }),
    )
    .optional(),
  tool_choice: z.enum(['auto', 'none', 'required']).optional(),
  stream: z.literal(true),
  store: z.literal(false, { error: 'Here nothing is stored: say store false.' }),
  include: z.array(z.literal('reasoning.encrypted_content')).optional(),
  reasoning: z
    .strictObject({ effort: z.string().optional(), summary: z.enum(['auto', 'concise', 'detailed']).optional() })
    .optional(),
  max_output_tokens: z.number().int().min(1).optional(),
});

/** @throws Refusal when the real service would refuse it. */
export function readResponse(body: unknown): Asked {
  const read = checked(request, body);
  checkCalls(read.input);
  checkReasoning(read.model, read.input);
  return {
    model: read.model,
    turns: toTurns(read.input),
    tools: (read.tools ?? []).map(({ name }) => name),
    maxTokens: read.max_output_tokens ?? null,
    thinks: read.reasoning?.summary !== undefined,
  };
}

function checkCalls(items: readonly Item[]): void {
  const calls = items.flatMap((each) => ('type' in each && each.type === 'function_call' ? [each.call_id] : []));
  const outputs = items.flatMap((each) =>
    'type' in each && each.type === 'function_call_output' ? [each.call_id] : [],
  );
  if (new Set(calls).size !== calls.length) throw badRequest('Duplicate call id.');
  const unanswered = calls.find((id) => !outputs.includes(id));
  if (unanswered) throw badRequest(`No tool output found for function call ${unanswered}.`);
  const uncalled = outputs.find((id) => !calls.includes(id));
  if (uncalled) throw badRequest(`No tool call found for function call output with call_id ${uncalled}.`);
}

/** A thought comes back whole, and before what it led to. */
function checkReasoning(model: string, items: readonly Item[]): void {
  for (const [index, each] of items.entries()) {
    if (!('type' in each) || each.type !== 'reasoning') continue;
    const words = each.summary.map(({ text }) => text).join('');
    if (each.encrypted_content !== signatureOf(model, words)) {
      throw badRequest(`The encrypted content for item ${each.id} could not be verified.`);
    }
    const next = items[index + 1];
    const isFollowed = next && ('type' in next ? next.type === 'function_call' : next.role === 'assistant');
    if (!isFollowed) {
      throw badRequest(`Item '${each.id}' of type 'reasoning' was provided without its required following item.`);
    }
  }
}

/** Neighbouring items of the model are one answer of it. */
function toTurns(items: readonly Item[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const each of items) {
    const turn = toTurn(each);
    const last = turns.at(-1);
    if (turn.role === 'assistant' && last?.role === 'assistant') {
      turns[turns.length - 1] = {
        role: 'assistant',
        text: last.text + turn.text,
        calls: (last.calls ?? 0) + (turn.calls ?? 0),
        hasReasoning: last.hasReasoning || turn.hasReasoning || false,
      };
    } else turns.push(turn);
  }
  return turns;
}

function toTurn(each: Item): Turn {
  if ('type' in each) {
    if (each.type === 'function_call') return { role: 'assistant', text: '', calls: 1 };
    if (each.type === 'reasoning') return { role: 'assistant', text: '', hasReasoning: true };
    return { role: 'tool', text: each.output };
  }
  if (each.role === 'assistant') return { role: 'assistant', text: each.content };
  if (each.role !== 'user') return { role: 'system', text: each.content };
  return {
    role: 'user',
    text: each.content.map((part) => (part.type === 'input_text' ? part.text : '')).join(''),
    images: each.content.flatMap((part) => (part.type === 'input_image' ? [imageTypeIn(part.image_url)] : [])),
  };
}
