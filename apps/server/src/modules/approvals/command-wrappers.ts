import { isSteering } from './hidden-commands.ts';

type Words = readonly string[];

/** Options of a wrapper that take the next word with them. */
const wrappers: Readonly<Record<string, ReadonlySet<string>>> = {
  sudo: new Set(['-u', '-g', '-h', '-p', '-C', '-D', '-R', '-T', '--user', '--group', '--chdir']),
  doas: new Set(['-u', '-C']),
  env: new Set(['-u', '-C', '-S', '--unset', '--chdir', '--split-string']),
  timeout: new Set(['-s', '-k', '--signal', '--kill-after']),
  nice: new Set(['-n', '--adjustment']),
  ionice: new Set(['-c', '-n', '-p']),
  nohup: new Set(),
  setsid: new Set(),
  stdbuf: new Set(['-i', '-o', '-e']),
  time: new Set(['-f', '-o']),
  command: new Set(),
  builtin: new Set(),
  exec: new Set(['-a']),
  busybox: new Set(),
  xargs: new Set([
    '-I',
    '-n',
    '-P',
    '-L',
    '-d',
    '-E',
    '-s',
    '-a',
    '--arg-file',
    '--delimiter',
    '--max-args',
    '--max-procs',
  ]),
};
/** How many words of its own stand before the command, after the options: `timeout 5 …`. */
const ownWords: Readonly<Record<string, number>> = { timeout: 1 };
const executing = new Set(['-exec', '-execdir', '-ok', '-okdir']);

/**
 * What a command runs, wrappers taken off; more than one when it runs others besides itself, as `find -exec` does. Null
 * when a wrapper makes it another than it says.
 */
export function unwrap(words: Words, depth = 0): readonly Words[] | null {
  const [name = ''] = words;
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (base === 'find') {
    const found = executedBy(words).map((inner) => unwrap(inner, depth + 1));
    return found.includes(null) ? null : [words, ...found.flatMap((inner) => inner ?? [])];
  }
  const options = Object.hasOwn(wrappers, base) ? wrappers[base] : undefined;
  if (!options || depth > 8) return [words];
  const at = firstWord(words, options, ownWords[base] ?? 0);
  if (words.slice(1, at).some((word) => disguises(base, word))) return null;
  const inner = words.slice(at);
  // Alone it is itself: `env` shows what is set.
  return inner.length === 0 ? [words] : unwrap(inner, depth + 1);
}

/** `env -S 'rm a' npm test` runs `rm`, and `env PATH=. npm test` whatever is called `npm` here. */
function disguises(wrapper: string, word: string): boolean {
  const [, variable = ''] = /^([A-Za-z_]\w*)=/.exec(word) ?? [];
  return isSteering(variable) || (wrapper === 'env' && /^(-[A-Za-z0]*S|--s)/.test(word));
}

/** Where the wrapped command begins. */
function firstWord(words: Words, options: ReadonlySet<string>, own: number): number {
  let at = 1;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return afterAssignments(words, at + 1) + own;
    if (/^[A-Za-z_]\w*=/.test(word)) continue;
    if (!word.startsWith('-') || word === '-') break;
    if (options.has(word)) at += 1;
  }
  return at + own;
}

function afterAssignments(words: Words, from: number): number {
  const found = words.slice(from).findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  return found === -1 ? words.length : from + found;
}

function executedBy(words: Words): readonly Words[] {
  const found: Words[] = [];
  for (const [at, word] of words.entries()) {
    if (!executing.has(word)) continue;
    const rest = words.slice(at + 1);
    const end = rest.findIndex((other) => other === ';' || other === '+');
    const inner = end === -1 ? rest : rest.slice(0, end);
    if (inner.length > 0) found.push(inner);
  }
  return found;
}
