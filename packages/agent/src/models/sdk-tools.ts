import type { JSONSchema7, LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import * as z from 'zod';
import type { AnyTool } from '../ports.ts';

/** A tool as providers take it. Arguments are checked by us, so that a wrong call can be answered. */
export function toSdkTool({ name, description, input, inputSchema }: AnyTool): LanguageModelV4FunctionTool {
  return { type: 'function', name, description, inputSchema: inputSchema ?? schemaOf(input) };
}

const schemas = new WeakMap<z.ZodType, JSONSchema7>();

/** Made once for each tool. */
function schemaOf(input: z.ZodType): JSONSchema7 {
  const known = schemas.get(input);
  if (known) return known;
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: 'input' });
  // zod types its output more loosely than the SDK's JSON Schema 7; both are plain JSON Schema.
  const made = schema as JSONSchema7;
  schemas.set(input, made);
  return made;
}
