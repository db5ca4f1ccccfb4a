import { Validator } from '@cfworker/json-schema';
import * as z from 'zod';

type JsonObject = Readonly<Record<string, unknown>>;

/** Longer arguments are left to the server to check. In UTF-16 code units. */
const maxChecked = 100_000;
const maxDepth = 30;
const maxProblems = 5;

/** Expressions of others could be made to run for ever, and comparing each with each takes as long. */
const unchecked = new Set(['pattern', 'patternProperties', 'format', 'uniqueItems', 'propertyNames']);
/** Below these stand names, and not keywords. */
const namedMaps = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);

/**
 * The arguments of a call, checked against the schema that somebody agreed to, as far as that is safe with a schema of
 * others: the server checks them again, and whole.
 */
export function argumentsOf(schema: JsonObject): z.ZodType<JsonObject> {
  const validator = validatorOf(schema);
  return z.record(z.string(), z.unknown()).superRefine((value, context) => {
    if (!validator || JSON.stringify(value).length > maxChecked) return;
    const { valid, errors } = validator.validate(value);
    if (valid) return;
    // The innermost say what is wrong; those around them only where.
    for (const { error, instanceLocation } of errors.slice(-maxProblems)) {
      context.addIssue({ code: 'custom', message: error, path: instanceLocation.split('/').slice(1) });
    }
  });
}

/** Null when a schema refers to itself, which could be made to take for ever, or cannot be read. */
function validatorOf(schema: JsonObject): Validator | null {
  const safe = safeSchema(schema, 0);
  if (safe === null) return null;
  try {
    const validator = new Validator(safe, '2020-12', true);
    validator.validate({});
    return validator;
  } catch {
    return null;
  }
}

function safeSchema(value: unknown, depth: number): object | null {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return null;
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref' || key === '$dynamicRef' || key === '$recursiveRef') return null;
    if (unchecked.has(key)) continue;
    const safe = safeMember(key, member, depth + 1);
    if (safe === undefined) return null;
    kept[key] = safe;
  }
  return kept;
}

/** Undefined: not to be checked by. */
function safeMember(key: string, member: unknown, depth: number): unknown {
  if (typeof member !== 'object' || member === null || key === 'enum' || key === 'const' || key === 'default')
    return member;
  if (key === 'required' || key === 'type' || key === 'examples') return member;
  if (Array.isArray(member)) {
    const all = member.map((one) => (typeof one === 'boolean' ? one : safeSchema(one, depth)));
    return all.includes(null) ? undefined : all;
  }
  if (!namedMaps.has(key)) return safeSchema(member, depth) ?? undefined;
  const named = Object.entries(member).map(([name, one]) => [
    name,
    typeof one === 'boolean' ? one : safeSchema(one, depth),
  ]);
  return named.some(([, one]) => one === null) ? undefined : Object.fromEntries(named);
}
