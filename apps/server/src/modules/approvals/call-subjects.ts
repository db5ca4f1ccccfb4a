import type { CallInQuestion } from '@atelier/agent/ports';
import { pathsIn } from '@atelier/agent/tools/read-patch';
import type { CallToJudge } from './judge-call.ts';
import { commandsIn } from './shell-commands.ts';

/** Arguments that say what a call is about, by their names, in the order they are looked for. */
const telling = ['url', 'pattern', 'text', 'id'] as const;

/** What rules look at in a call: the commands of a line, the words after `git`, the files of a patch, a path, an address. */
export async function callToJudge({ name, input, effect }: CallInQuestion): Promise<CallToJudge> {
  const argument = (key: string): unknown =>
    typeof input === 'object' && input !== null ? Reflect.get(input, key) : null;
  // What the arguments of others' tools are called, those others decide: all of them count.
  if (name.startsWith('mcp__')) return whole(name, effect, JSON.stringify(input ?? {}));
  const command = argument('command');
  if (typeof command === 'string') return { name, effect, subjects: await commandsIn(command), whole: command };
  const patch = argument('patch');
  if (typeof patch === 'string') return { name, effect, subjects: pathsOf(patch), whole: patch };
  const args = argument('args');
  if (Array.isArray(args)) {
    // As it would be typed.
    const line = [name, ...args].map(String).join(' ');
    return { name, effect, subjects: [line], whole: line };
  }
  const path = argument('path');
  if (typeof path === 'string') return whole(name, effect, plainPath(path));
  const url = argument('url');
  // Rules that deny see where it leads, however the address is written.
  if (typeof url === 'string' && URL.canParse(url)) return { ...whole(name, effect, url), whole: new URL(url).href };
  const text = String(telling.map(argument).find((value) => typeof value === 'string') ?? JSON.stringify(input ?? {}));
  return whole(name, effect, text);
}

function whole(name: string, effect: CallToJudge['effect'], text: string): CallToJudge {
  return { name, effect, subjects: [text], whole: text };
}

/** As rules write it: `./a//.env` is `a/.env`. Tools take either for the same file. */
function plainPath(path: string): string {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/');
}

/** The files that a patch touches; null when it cannot be read. */
function pathsOf(patch: string): readonly string[] | null {
  try {
    return [...new Set(pathsIn(patch).map(plainPath))];
  } catch {
    return null;
  }
}

/** Patterns of what is like a call, for leave that is to hold from now on. None: it cannot be said what is like it. */
export async function patternsLike(call: {
  readonly tool: string;
  readonly inputText: string;
}): Promise<readonly string[]> {
  let input: unknown;
  try {
    input = JSON.parse(call.inputText);
  } catch {
    return [];
  }
  const { subjects } = await callToJudge({ name: call.tool, input, effect: 'execute' });
  return [...new Set(subjects ?? [])].filter((subject) => subject.length <= 500 && !subject.includes('*'));
}
