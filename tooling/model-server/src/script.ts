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
  | { readonly type: 'empty' }
  | { readonly type: 'fault'; readonly fault: Fault };

export type Fault =
  /** Waits before the first byte. */
  | { readonly type: 'delay'; readonly ms: number }
  /** Answers with this status; only the first `times` requests when given. */
  | {
      readonly type: 'status';
      readonly status: number;
      readonly retryAfter: number | null;
      readonly times: number | null;
    }
  /** After this word of the answer, unless it was there before: cuts the connection, sends no JSON, or falls silent. */
  | { readonly type: 'cut' | 'garbage' | 'silence'; readonly at: number };

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
  const number = (text: string | undefined) => {
    const value = Number(text);
    if (text === undefined || !Number.isInteger(value) || value < 0) throw new ScriptError(`No number in [[${body}]]`);
    return value;
  };
  switch (word) {
    case 'tokens': {
      const stamped = rest.includes('stamped') ? ({ isStamped: true } as const) : {};
      return { type: 'tokens', count: number(rest[0]), perSecond: paceOf(body), ...stamped };
    }
    case 'reason':
      return { type: 'reason', count: number(rest[0]), perSecond: paceOf(body) };
    case 'say':
      return { type: 'say', text: body.slice('say'.length).trim() };
    case 'tool':
      return { type: 'tool', name: rest[0] ?? '', argumentsText: body.replace(/^tool\s+\S+\s*/, '') || '{}' };
    case 'badtool':
      return { type: 'tool', name: rest[0] ?? 'read_file', argumentsText: '{"path": "no end' };
    case 'empty':
      return { type: 'empty' };
    case 'delay':
      return { type: 'fault', fault: { type: 'delay', ms: number(rest[0]) } };
    case 'cut':
    case 'garbage':
    case 'silence':
      return { type: 'fault', fault: { type: word, at: number(rest[0]) } };
    case 'status':
      return {
        type: 'fault',
        fault: {
          type: 'status',
          status: number(rest[0]),
          retryAfter: named(body, 'retry-after'),
          times: named(body, 'times'),
        },
      };
    default:
      throw new ScriptError(`Unknown directive [[${body}]]`);
  }
}

function named(body: string, name: string): number | null {
  const found = new RegExp(`${name}\\s+(\\d+(?:\\.\\d+)?)`).exec(body)?.[1];
  return found === undefined ? null : Number(found);
}

function paceOf(body: string): number {
  const found = /@(\d+(?:\.\d+)?)(?:\/s)?/.exec(body)?.[1];
  return found === undefined ? defaultPace : Number(found);
}
