import * as z from 'zod';
import { badRequest, base64, checked, imageType, signatureOf } from '../checks.ts';
import type { Asked, Turn } from '../dialect.ts';

const cache = {
  cache_control: z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).optional(),
};
const words = z.string().regex(/\S/, { error: 'text content blocks must contain non-whitespace text' });
const text = z.strictObject({ type: z.literal('text'), text: words, ...cache });
const image = z.strictObject({
  type: z.literal('image'),
  source: z.strictObject({ type: z.literal('base64'), media_type: imageType, data: base64 }),
  ...cache,
});
const id = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id,
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  input: z.record(z.string(), z.unknown()),
  ...cache,
});
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: id,
  content: z.union([z.string(), z.array(z.union([text, image]))]).optional(),
  is_error: z.boolean().optional(),
  ...cache,
});
const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) });
const redacted = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string().min(1) });

const userBlock = z.discriminatedUnion('type', [text, image, toolResult]);
const assistantBlock = z.discriminatedUnion('type', [text, toolUse, thinking, redacted]);
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), content: z.union([words, z.array(userBlock).min(1)]) }),
  z.strictObject({ role: z.literal('assistant'), content: z.union([words, z.array(assistantBlock).min(1)]) }),
]);
type Message = z.infer<typeof message>;
type AssistantBlock = z.infer<typeof assistantBlock>;

const request = z.strictObject({
  model: z.string(),
  max_tokens: z.number().int().min(1),
  system: z.union([words, z.array(text).min(1)]).optional(),
  messages: z.array(message).min(1),
  tools: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
        description: z.string().optional(),
        input_schema: z.looseObject({ type: z.literal('object') }),
        eager_input_streaming: z.boolean().optional(),
        ...cache,
      }),
    )
    .optional(),
  tool_choice: z
    .strictObject({ type: z.enum(['auto', 'any', 'none']), disable_parallel_tool_use: z.boolean().optional() })
    .optional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('enabled'), budget_tokens: z.number().int().min(1024) }),
      z.strictObject({ type: z.literal('adaptive'), display: z.string().optional() }),
      z.strictObject({ type: z.literal('disabled') }),
    ])
    .optional(),
  output_config: z.strictObject({ effort: z.enum(['low', 'medium', 'high', 'max']) }).optional(),
  stream: z.literal(true),
});
type Request = z.infer<typeof request>;

/** @throws Refusal when the real service would refuse it. */
export function readMessage(body: unknown): Asked {
  const read = checked(request, body);
  checkTurns(read.messages);
  checkThinking(read);
  if (JSON.stringify(body).split('"cache_control"').length - 1 > 4) {
    throw badRequest('A maximum of 4 blocks with cache_control may be provided.');
  }
  return {
    model: read.model,
    turns: read.messages.flatMap(toTurns),
    tools: (read.tools ?? []).map(({ name }) => name),
    maxTokens: read.max_tokens,
    thinks: isThinking(read),
  };
}

function isThinking({ thinking: asked }: Request): boolean {
  return asked !== undefined && asked.type !== 'disabled';
}

function blocksOf<T>(
  content: string | readonly T[],
): readonly (T | { readonly type: 'text'; readonly text: string })[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** A person begins, both take turns, and every call is answered in the very next message. */
function checkTurns(messages: readonly Message[]): void {
  const ids = new Set<string>();
  let open: string[] = [];
  for (const [index, each] of messages.entries()) {
    const expected = index % 2 === 0 ? 'user' : 'assistant';
    if (each.role !== expected)
      throw badRequest(`messages.${index}: roles must alternate between "user" and "assistant"`);
    if (each.role === 'user') {
      checkResults(index, blocksOf(each.content), open);
      open = [];
      continue;
    }
    open = blocksOf(each.content).flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    for (const used of open) {
      if (ids.has(used)) throw badRequest(`messages.${index}: \`tool_use\` ids must be unique`);
      ids.add(used);
    }
  }
  if (messages.at(-1)?.role !== 'user') throw badRequest('This model does not support assistant message prefill.');
}

function checkResults(index: number, blocks: readonly { readonly type: string }[], open: readonly string[]): void {
  const results = blocks.flatMap((block) => ('tool_use_id' in block ? [String(block.tool_use_id)] : []));
  const missing = open.filter((used) => !results.includes(used));
  if (missing.length > 0) {
    throw badRequest(
      `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}.`,
    );
  }
  const unknown = results.find((used) => !open.includes(used));
  if (unknown !== undefined)
    throw badRequest(`messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unknown}.`);
  if (blocks.findLastIndex(({ type }) => type === 'tool_result') >= results.length) {
    throw badRequest(`messages.${index}: \`tool_result\` blocks must come first`);
  }
}

/** The thoughts of the turn under way come back: first in their message, unchanged, and only while thinking is on. */
function checkThinking(read: Request): void {
  for (const [index, each] of read.messages.entries()) {
    if (each.role === 'assistant') checkThoughts(index, blocksOf(each.content), read.model);
  }
  const asked = read.messages.findLastIndex(
    ({ role, content }) => role === 'user' && blocksOf(content).some(({ type }) => type !== 'tool_result'),
  );
  const [first] = read.messages.slice(asked + 1);
  if (first?.role !== 'assistant') return;
  const begins = blocksOf(first.content)[0]?.type;
  const isThought = begins === 'thinking' || begins === 'redacted_thinking';
  if (isThinking(read) && !isThought) {
    throw badRequest(
      `messages.${asked + 1}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${begins}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
    );
  }
  if (!isThinking(read) && isThought) {
    throw badRequest(
      `messages.${asked + 1}.content.0: When thinking is disabled, an \`assistant\` message in the final position cannot contain \`thinking\`.`,
    );
  }
  if (read.thinking?.type === 'enabled' && read.thinking.budget_tokens >= read.max_tokens) {
    throw badRequest('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
}

function checkThoughts(index: number, blocks: readonly AssistantBlock[], model: string): void {
  const isThought = ({ type }: AssistantBlock) => type === 'thinking' || type === 'redacted_thinking';
  if (blocks.some(isThought) && !isThought(blocks[0] ?? { type: 'text', text: '' })) {
    throw badRequest(
      `messages.${index}.content.0: If an assistant message contains any thinking blocks, the first block must be \`thinking\`.`,
    );
  }
  const last = blocks.at(-1);
  if (last && isThought(last))
    throw badRequest(`messages.${index}: The final block in an assistant message cannot be \`thinking\`.`);
  for (const block of blocks) {
    if (block.type === 'thinking' && block.signature !== signatureOf(model, block.thinking)) {
      throw badRequest(`messages.${index}: Invalid \`signature\` in \`thinking\` block`);
    }
  }
}

/** Answers of tools come in a message of the user; here they are turns of their own. */
function toTurns({ role, content }: Message): readonly Turn[] {
  const blocks = blocksOf<z.infer<typeof userBlock> | AssistantBlock>(content);
  const said = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
  if (role === 'assistant') {
    const calls = blocks.filter(({ type }) => type === 'tool_use').length;
    return [{ role, text: said, calls, hasReasoning: blocks.some(({ type }) => type === 'thinking') }];
  }
  const results = blocks.flatMap((block): Turn[] => {
    return block.type === 'tool_result' ? [{ role: 'tool', text: JSON.stringify(block.content ?? '') }] : [];
  });
  const images = blocks.flatMap((block) => (block.type === 'image' ? [block.source.media_type] : []));
  return said === '' && images.length === 0 ? results : [...results, { role: 'user', text: said, images }];
}
