import * as z from 'zod';
import { badRequest, base64, checked, imageType, signatureOf } from '../checks.ts';
import {
  type AnswerStream,
  type Asked,
  type Dialect,
  type FinishReason,
  pageOf,
  type Refusal,
  type Tokens,
  type ToolCall,
  type Turn,
} from '../dialect.ts';
import { type EventStream, eventOf } from '../sse.ts';

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

/** Google's Gemini API. */
export const google: Dialect = {
  name: 'google',
  route: ({ method, path }) => {
    if (method === 'GET' && path === '/v1beta/models') return { to: 'models' };
    const [, model] = /^\/v1beta\/models\/([^/:]+):streamGenerateContent$/.exec(path) ?? [];
    return method === 'POST' && model !== undefined ? { to: 'answer', model } : null;
  },
  keyIn: (headers) => (typeof headers['x-goog-api-key'] === 'string' ? headers['x-goog-api-key'] : undefined),
  read(body, model = '') {
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
  },
  open: (events, asked) => new ContentStream(events, asked),
  error: googleError,
  models(names, query) {
    const { items, hasMore } = pageOf(names, query.get('pageToken'), Number(query.get('pageSize') ?? 50));
    const models = items.map((each) => ({
      name: `models/${each}`,
      displayName: `The ${each} model`,
      inputTokenLimit: 1_000_000,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: ['generateContent', 'countTokens'],
    }));
    const other = { name: 'models/embedding', supportedGenerationMethods: ['embedContent'] };
    return { models: [...models, other], ...(hasMore ? { nextPageToken: items.at(-1) } : {}) };
  },
};

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** A wrong key is a wrong argument here, and every limit a quota: what it is stands in the details. */
function googleError({ status: asked, kind, message, retryAfter }: Refusal) {
  const code = kind === 'key' ? 400 : asked;
  const details: object[] = [];
  const type = (of: string) => ({ '@type': `type.googleapis.com/google.rpc.${of}` });
  if (kind === 'key') details.push({ ...type('ErrorInfo'), reason: 'API_KEY_INVALID', domain: 'googleapis.com' });
  if (kind === 'rate' || kind === 'quota') {
    const period = kind === 'quota' ? 'PerDay' : 'PerMinute';
    details.push({ ...type('QuotaFailure'), violations: [{ quotaId: `GenerateRequests${period}PerProject` }] });
    details.push({ ...type('RetryInfo'), retryDelay: `${retryAfter ?? 1}s` });
  }
  const words =
    kind === 'rate' || kind === 'quota'
      ? 'You exceeded your current quota, please check your plan and billing details.'
      : message;
  return { error: { code, message: words, status: statuses[code] ?? 'UNKNOWN', details } };
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

class ContentStream implements AnswerStream {
  readonly events: EventStream;
  readonly #asked: Asked;
  #calls = 0;

  constructor(events: EventStream, asked: Asked) {
    this.events = events;
    this.#asked = asked;
  }

  text(words: string): Promise<void> {
    return this.events.write(this.textEvent(words));
  }

  reasoning(text: string): Promise<void> {
    return this.events.write(this.#parts({ text, thought: true }));
  }

  /** Arguments come whole. What is no JSON cannot be said in this protocol and comes as words where an object belongs. */
  async toolCall({ id, name: called, argumentsText }: ToolCall): Promise<void> {
    const args = readArguments(argumentsText);
    const isFirst = this.#calls === 0;
    this.#calls += 1;
    const signature = isFirst ? { thoughtSignature: signatureOf(this.#asked.model, called) } : {};
    await this.events.write(this.#parts({ functionCall: { id, name: called, args }, ...signature }));
  }

  async finish(reason: FinishReason, tokens: Tokens): Promise<void> {
    const finishReason = { stop: 'STOP', tool_calls: 'STOP', length: 'MAX_TOKENS', filter: 'SAFETY' }[reason];
    const usageMetadata = {
      promptTokenCount: tokens.input,
      cachedContentTokenCount: tokens.cached,
      candidatesTokenCount: tokens.output - tokens.reasoning,
      thoughtsTokenCount: tokens.reasoning,
      totalTokenCount: tokens.input + tokens.output,
    };
    const candidate = { content: { role: 'model', parts: [] }, finishReason, index: 0 };
    await this.events.write(eventOf({ candidates: [candidate], usageMetadata, modelVersion: this.#asked.model }));
    this.events.end();
  }

  fail(): Promise<void> {
    return this.events.write(
      eventOf({ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
    );
  }

  /** More of a call that nobody has begun. */
  outOfOrder(): Promise<void> {
    return this.events.write(this.#parts({ functionCall: { partialArgs: [], willContinue: true } }));
  }

  textEvent(text: string): string {
    return this.#parts({ text });
  }

  #parts(...parts: readonly object[]): string {
    return eventOf({ candidates: [{ content: { role: 'model', parts }, index: 0 }], modelVersion: this.#asked.model });
  }
}

function readArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
