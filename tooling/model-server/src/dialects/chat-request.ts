import * as z from 'zod';
import { badRequest, checked, imageTypeIn } from '../checks.ts';
import type { Asked, Turn } from '../dialect.ts';

const textPart = z.object({ type: z.literal('text'), text: z.string() });
const imagePart = z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) });
const toolCall = z.object({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.object({ name: z.string().regex(/^[\w-]{1,64}$/), arguments: z.string() }),
});

const message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(z.union([textPart, imagePart])).min(1)]) }),
  z.object({
    role: z.literal('assistant'),
    content: z.string().nullish(),
    reasoning_content: z.string().nullish(),
    tool_calls: z.array(toolCall).min(1).optional(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);
type Message = z.infer<typeof message>;

/** Fields that are not used are let through: the servers that speak this protocol know many of their own. */
const request = z.object({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z.array(z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) })).default([]),
  max_tokens: z.number().int().positive().optional(),
  stream: z.literal(true),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
});

/** @throws Refusal when the real service would refuse it. */
export function readChat(body: unknown): Asked {
  const read = checked(request, body);
  checkCalls(read.messages);
  return {
    model: read.model,
    turns: read.messages.map(toTurn),
    tools: read.tools.map((tool) => tool.function.name),
    maxTokens: read.max_tokens ?? null,
    thinks: true,
  };
}

/**
 * Every call is answered, right after the message that makes it; no answer comes without a call. A person does not speak
 * before the model has, as Mistral wants it.
 */
function checkCalls(messages: readonly Message[]): void {
  let open: string[] = [];
  for (const [index, each] of messages.entries()) {
    if (each.role === 'user' && messages[index - 1]?.role === 'tool') {
      throw badRequest("Unexpected role 'user' after role 'tool'");
    }
    if (each.role === 'tool') {
      if (!open.includes(each.tool_call_id)) {
        throw badRequest("Messages with role 'tool' must be a response to a preceding message with 'tool_calls'.");
      }
      open = open.filter((id) => id !== each.tool_call_id);
      continue;
    }
    checkAnswered(open);
    open = each.role === 'assistant' ? (each.tool_calls ?? []).map(({ id }) => id) : [];
    if (new Set(open).size !== open.length) throw badRequest('Duplicate tool call id.');
  }
  checkAnswered(open);
}

function checkAnswered(open: readonly string[]): void {
  if (open.length === 0) return;
  throw badRequest(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. Missing: ${open.join(', ')}.`,
  );
}

function toTurn(each: Message): Turn {
  switch (each.role) {
    case 'user': {
      const parts = typeof each.content === 'string' ? [{ type: 'text' as const, text: each.content }] : each.content;
      return {
        role: 'user',
        text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
        images: parts.flatMap((part) => (part.type === 'image_url' ? [imageTypeIn(part.image_url.url)] : [])),
      };
    }
    case 'assistant':
      return {
        role: 'assistant',
        text: each.content ?? '',
        calls: each.tool_calls?.length ?? 0,
        hasReasoning: Boolean(each.reasoning_content),
      };
    case 'tool':
      return { role: 'tool', text: each.content };
    default:
      return { role: 'system', text: each.content };
  }
}
