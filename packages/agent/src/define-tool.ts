import type { AnyTool, Tool } from './ports.ts';

/** Makes a typed tool one of many: its arguments are checked by its own schema when a call is prepared. */
export function defineTool<TInput>(tool: Tool<TInput>): AnyTool {
  return {
    name: tool.name,
    description: tool.description,
    input: tool.input,
    effect: tool.effect,
    prepare(input) {
      const checked = tool.input.parse(input);
      return {
        title: tool.title(checked),
        input: checked,
        question: tool.question?.(checked) ?? null,
        execute: (context) => tool.execute(checked, context),
      };
    },
  };
}
