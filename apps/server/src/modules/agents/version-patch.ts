import type { AgentContent } from '@atelier/contracts/agents';
import { createTwoFilesPatch } from 'diff';

/**
 * What a version changed against the one before it, line by line; null for the first, and for what cannot be compared within
 * the time: two texts of twenty thousand characters that have nothing in common are shown as changed and no more.
 */
export function versionPatch(
  before: AgentContent | null,
  after: AgentContent,
  opts: { readonly labelOf: (model: AgentContent['model']) => string; readonly maxMs: number },
): string | null {
  if (before === null || opts.maxMs < 1) return null;
  const [old, now] = [before, after].map((content) => textOf(content, opts.labelOf));
  return (
    createTwoFilesPatch('a', 'a', old ?? '', now ?? '', undefined, undefined, { context: 2, timeout: opts.maxMs }) ??
    null
  );
}

function textOf(content: AgentContent, labelOf: (model: AgentContent['model']) => string): string {
  const { name, description, model, tools, rules, instructions } = content;
  return [
    `name: ${name}`,
    `description: ${description}`,
    `model: ${labelOf(model)}`,
    ...(tools === null ? ['tools: *'] : tools.map((tool) => `tool: ${tool}`)),
    ...rules.map(({ action, tool, pattern }) => `${action}: ${tool} ${pattern}`),
    '',
    instructions,
    '',
  ].join('\n');
}
