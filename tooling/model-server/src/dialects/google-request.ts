import * as z from 'zod';
import { badRequest, base64, checked, imageType, signatureOf } from '../checks.ts';
import type { Asked, Turn } from '../dialect.ts';

const name = z.string().regex(/^[a-zA-Z_][\w.:-]{0,127}$/);
const functionCall = z.strictObject({
  id: z.string().optional(),
  name,
  args: z.record(z.string(), z.unknown()).optional(),
});
const functionResponse = z.strictObject({
  id: z.string().optional(),
  name,
  response: z.record(z.string(), z.unknown()),
});

const part = z.union([
  z.strictObject({ text: z.string().min(1), thought: z.boolean().optional(), thoughtSignature: base64.optional() }),
  z.strictObject({ inlineData: z.strictObject({ mimeType: imageType, data: base64 }) }),
  z.strictObject({ functionCall, thoughtSignature: base64.optional() }),
  z.strictObject({ functionResponse }),
]);
const content = z.strictObject({ role: z.enum(['user', 'model']), parts: z.array(part).min(1) });
type Content = z.infer<typeof content>;
type Part = z.infer<typeof part>;

const request = z.strictObject({
  contents: z.array(content).min(1),
  systemInstruction: z.strictObject({ parts: z.array(z.strictObject({ text: z.string() })) }).optional(),
  tools: z
    .array(
      z.strictObject({
        functionDeclarations: z.array(
          z.strictObject({
            name,
            description: z.string(),
            parameters: z.looseObject({}).optional(),
            parametersJsonSchema: z.looseObject({}).optional(),
          }),
        ),
      }),
    )
    .optional(),
  toolConfig: z
    .strictObject({ functionCallingConfig: z.strictObject({ mode: z.enum(['AUTO', 'ANY', 'NONE']) }) })
    .optional(),
  generationConfig: z
    .strictObject({
      maxOutputTokens: z.number().int().min(1).optional(),
      thinkingConfig: z
        .strictObject({
          includeThoughts: z.boolean().optional(),
          thinkingBudget: z.number().optional(),
          thinkingLevel: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});

/** @throws Refusal when the real service would refuse it. */
export function readContent(body: unknown, model = ''): Asked {
  const read = checked(request, body);
  checkCalls(read.contents);
  checkSignatures(model, read.contents);
  return {
    model,
    turns: read.contents.flatMap(toTurns),
    tools: (read.tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations.map((each) => each.name)),
    maxTokens: read.generationConfig?.maxOutputTokens ?? null,
    thinks: read.generationConfig?.thinkingConfig?.includeThoughts === true,
  };
}

/** As many answers as calls, with their names, in the very next turn. */
function checkCalls(contents: readonly Content[]): void {
  for (const [index, { role, parts }] of contents.entries()) {
    const previous = contents[index - 1];
    const calls = previous?.role === 'model' ? previous.parts.flatMap(callsIn).map((call) => call.name) : [];
    const answers = role === 'user' ? parts.flatMap(answersIn).map((answer) => answer.name) : [];
    if (calls.length !== answers.length || calls.some((each, at) => each !== answers[at])) {
      throw badRequest(
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      );
    }
    if (role === 'model' && previous?.role !== 'user' && parts.some((each) => 'functionCall' in each)) {
      throw badRequest(
        'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
      );
    }
  }
  if (contents.at(-1)?.role === 'model') throw badRequest('Please ensure that the last turn is of the user.');
}

/** In the turn under way, the first call of each step is signed; a signature is never another one's. */
function checkSignatures(model: string, contents: readonly Content[]): void {
  const asked = contents.findLastIndex(
    ({ role, parts }) => role === 'user' && parts.some((each) => !('functionResponse' in each)),
  );
  for (const [index, { role, parts }] of contents.entries()) {
    const calls = role === 'model' ? parts.filter((each) => 'functionCall' in each) : [];
    for (const [position, { functionCall: call, thoughtSignature }] of calls.entries()) {
      const isNeeded = index > asked && position === 0;
      if (thoughtSignature === undefined && !isNeeded) continue;
      if (thoughtSignature === undefined)
        throw badRequest('Function call is missing a thought_signature in functionCall parts.');
      if (thoughtSignature !== signatureOf(model, call.name)) throw badRequest('Corrupted thought signature.');
    }
  }
}

function callsIn(each: Part) {
  return 'functionCall' in each ? [each.functionCall] : [];
}

function answersIn(each: Part) {
  return 'functionResponse' in each ? [each.functionResponse] : [];
}

function toTurns({ role, parts }: Content): readonly Turn[] {
  const text = parts.map((each) => ('text' in each && !each.thought ? each.text : '')).join('');
  if (role === 'model') {
    const isSigned = parts.some((each) => 'thoughtSignature' in each && each.thoughtSignature !== undefined);
    return [{ role: 'assistant', text, calls: parts.flatMap(callsIn).length, hasReasoning: isSigned }];
  }
  const answers = parts
    .flatMap(answersIn)
    .map(({ response }): Turn => ({ role: 'tool', text: JSON.stringify(response) }));
  const images = parts.flatMap((each) => ('inlineData' in each ? [each.inlineData.mimeType] : []));
  return text === '' && images.length === 0 ? answers : [...answers, { role: 'user', text, images }];
}
