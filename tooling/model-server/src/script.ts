import { kindOf, type RefusalKind, refusalKinds } from './refusal-kinds.ts';

/** What the scripted model is told to do, written into the user's message: `[[tokens 200 @50/s]] [[cut 20]]`. */
export type Action =
  /**
   * `count` numbered words, `perSecond` of them in a second; 0: as fast as the reader takes them. `isStamped`: each
   * says behind an @ when it was written, in milliseconds since 1970.
   */
  | { readonly type: 'tokens'; readonly count: number; readonly perSecond: number; readonly isStamped?: true }
  | { readonly type: 'reason'; readonly count: number; readonly perSecond: number }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'tool'; readonly name: string; readonly argumentsText: string }
  /** Says which pictures came with the conversation. */
  | { readonly type: 'images' }
  /** Words without an end. */
  | { readonly type: 'endless' }
  | { readonly type: 'empty' }
  /** Of the input, so many tokens were in the cache. */
  | { readonly type: 'cached'; readonly count: number }
  /** All calls of an answer have one id. */
  | { readonly type: 'same-ids' }
  /** Calls whose thoughts do not come back with them are refused. */
  | { readonly type: 'wants-reasoning' }
  | { readonly type: 'fault'; readonly fault: Fault };

export type Fault = ({ readonly type: 'delay'; readonly ms: number } | StatusFault | MidStreamFault) & {
  /** Only this model has the fault; null: every one. */
  readonly model: string | null;
};

export interface StatusFault {
  readonly type: 'status';
  readonly status: number;
  readonly kind: RefusalKind;
  readonly retryAfter: number | null;
  /** Only the first so many requests. */
  readonly times: number | null;
}

/** Strikes after this word of the answer, unless it was there before. What follows ends the answer, but for `pause`. */
export interface MidStreamFault {
  readonly type: (typeof midStream)[number];
  readonly at: number;
  /** Of `pause` the milliseconds, of `line` the MiB. */
  readonly amount: number;
}

const midStream = [
  'cut',
  'garbage',
  'cutjson',
  'utf8',
  'order',
  'line',
  'fail',
  'filter',
  'end',
  'silence',
  'pause',
] as const;

/** A directive that cannot be read. The server says so in its answer, so that a mistyped script is seen. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** Words a second of an answer whose script names no pace. */
export const defaultPace = 40;

/** The script in a text; null when it holds no directive. */
export function parseScript(text: string): readonly Action[] | null {
  const actions: Action[] = [];
  for (let start = text.indexOf('[['); start !== -1; ) {
    const { body, end } = readDirective(text, start + 2);
    actions.push(parseDirective(body.trim()));
    start = text.indexOf('[[', end);
  }
  return actions.length === 0 ? null : actions;
}

/** The arguments of a tool may hold `]]` themselves: the first end at which they are JSON counts. */
function readDirective(text: string, start: number): { readonly body: string; readonly end: number } {
  for (let end = text.indexOf(']]', start); end !== -1; end = text.indexOf(']]', end + 1)) {
    const body = text.slice(start, end);
    const toolArguments = /^\s*tool\s+\S+\s+(\{[\s\S]*)$/.exec(body)?.[1];
    if (toolArguments === undefined || isJson(toolArguments)) return { body, end: end + 2 };
  }
  throw new ScriptError(`No end of the directive: [[${text.slice(start, start + 60)}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseDirective(body: string): Action {
  const [word = '', ...rest] = body.split(/\s+/);
  switch (word) {
    case 'tokens': {
      const stamped = rest.includes('stamped') ? ({ isStamped: true } as const) : {};
      return { type: 'tokens', count: numberIn(body, rest[0]), perSecond: paceOf(body), ...stamped };
    }
    case 'reason':
      return { type: 'reason', count: numberIn(body, rest[0]), perSecond: paceOf(body) };
    case 'say':
      return { type: 'say', text: body.slice('say'.length).trim() };
    case 'tool':
      return { type: 'tool', name: rest[0] ?? '', argumentsText: body.replace(/^tool\s+\S+\s*/, '') || '{}' };
    case 'badtool':
      return { type: 'tool', name: rest[0] ?? 'read_file', argumentsText: '{"path": "no end' };
    case 'cached':
      return { type: 'cached', count: numberIn(body, rest[0]) };
    case 'images':
    case 'endless':
    case 'empty':
    case 'same-ids':
    case 'wants-reasoning':
      return { type: word };
    default:
      return { type: 'fault', fault: { ...parseFault(body, word, rest), model: wordAfter(body, 'for') } };
  }
}

function parseFault(
  body: string,
  word: string,
  rest: readonly string[],
): StatusFault | MidStreamFault | { type: 'delay'; ms: number } {
  if (word === 'delay') return { type: 'delay', ms: numberIn(body, rest[0]) };
  if (word === 'status') {
    const status = numberIn(body, rest[0]);
    const kind = refusalKinds.find((each) => rest.includes(each)) ?? kindOf(status);
    return {
      type: 'status',
      status,
      kind,
      retryAfter: numberAfter(body, 'retry-after'),
      times: numberAfter(body, 'times'),
    };
  }
  const type = midStream.find((each) => each === word);
  if (type === undefined) throw new ScriptError(`Unknown directive [[${body}]]`);
  const hasAmount = type === 'pause' || type === 'line';
  return { type, at: numberIn(body, rest[0]), amount: hasAmount ? numberIn(body, rest[1]) : 0 };
}

function numberIn(body: string, text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !Number.isInteger(value) || value < 0) throw new ScriptError(`No number in [[${body}]]`);
  return value;
}

function numberAfter(body: string, name: string): number | null {
  const found = new RegExp(`${name}\\s+(\\d+(?:\\.\\d+)?)`).exec(body)?.[1];
  return found === undefined ? null : Number(found);
}

function wordAfter(body: string, name: string): string | null {
  return new RegExp(`\\s${name}\\s+(\\S+)`).exec(body)?.[1] ?? null;
}

function paceOf(body: string): number {
  const found = /@(\d+(?:\.\d+)?)(?:\/s)?/.exec(body)?.[1];
  return found === undefined ? defaultPace : Number(found);
}
