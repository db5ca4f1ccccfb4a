import type { Node } from 'web-tree-sitter';
import { unwrap } from './command-wrappers.ts';
import { hidesCommands } from './hidden-commands.ts';
import { parseShell } from './shell-parser.ts';

const maxLength = 20_000;
/** Of a command in a command in a command, by `bash -c`. */
const maxDepth = 4;
/** Options of a shell that take the next word with them. */
const takingWord = /^([-+][A-Za-z]*[oO]|--rcfile|--init-file)$/;
/** What makes a word mean something else than it says: nobody can tell then what a command would do. */
const redefining = new Set(['eval', 'source', '.', 'alias', 'trap', 'enable', 'hash']);

/**
 * The commands that a line of bash would run, each as its words with single blanks between, wrappers taken off: of
 * `cd a && sudo timeout 5 npm test` it is `cd a` and `npm test`. Null when nobody can say without running it.
 */
export async function commandsIn(line: string, depth = 0): Promise<readonly string[] | null> {
  if (line.length > maxLength || depth > maxDepth) return null;
  const root = await parseShell(line);
  if (!root || root.hasError || hidesCommands(root, line)) return null;
  const found: string[] = [];
  for (const command of root.descendantsOfType('command')) {
    const words = command ? wordsOf(command) : null;
    if (!words) return null;
    const unwrapped = unwrap(words);
    if (!unwrapped) return null;
    for (const inner of unwrapped) {
      const commands = await subjectsOf(inner, depth);
      if (!commands) return null;
      found.push(...commands);
    }
  }
  return found;
}

async function subjectsOf(words: readonly string[], depth: number): Promise<readonly string[] | null> {
  const [name = '', ...rest] = words;
  if (redefining.has(name)) return null;
  const script = isShell(name) ? scriptOf(rest) : null;
  return script === null ? [words.join(' ')] : await commandsIn(script, depth + 1);
}

function isShell(name: string): boolean {
  return /^(.*\/)?(ba|da|z|k)?sh$/.test(name);
}

/** What follows `-c`, also in `-lc` and after other options. After a file's name options are the file's own. */
function scriptOf(words: readonly string[]): string | null {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!/^[-+]/.test(word) || word === '-' || word === '--') return null;
    if (/^-[^-]*c/.test(word)) return words[at + 1] ?? null;
    if (takingWord.test(word)) at += 1;
  }
  return null;
}

/** The name and the arguments; null when the name is not a plain word. Assignments before it are left out. */
function wordsOf(command: Node): readonly string[] | null {
  const name = command.childForFieldName('name');
  const plain = name ? literalOf(name) : null;
  // A name that is put together while it runs may be any name.
  if (plain === null || plain === '') return null;
  const words = command.childrenForFieldName('argument').map((word) => (word ? (literalOf(word) ?? word.text) : ''));
  return [plain, ...words];
}

/** What a word is when nothing in it is put in its place; null when something is. */
function literalOf(node: Node): string | null {
  switch (node.type) {
    case 'command_name':
    case 'concatenation':
      return joined(node);
    case 'string':
      // As it stands: the grammar has no node for some of what is in a string, such as a line's end alone.
      return node.namedChildren.every((child) => child?.type === 'string_content')
        ? node.text.slice(1, -1).replace(/\\([$`"\\\n])/g, (_, escaped) => (escaped === '\n' ? '' : escaped))
        : null;
    case 'raw_string':
      return node.text.slice(1, -1);
    case 'ansi_c_string':
      return node.text.includes('\\') ? null : node.text.slice(2, -1);
    case 'word':
    case 'number':
      return node.text.replace(/\\(.)/gs, '$1');
    default:
      return null;
  }
}

/** Null as well when something stands between the parts that is none. */
function joined({ namedChildren, text }: Node): string | null {
  const length = namedChildren.reduce((sum, child) => sum + (child?.text.length ?? 0), 0);
  const parts = namedChildren.map((child) => (child ? literalOf(child) : null));
  return length !== text.length || parts.some((part) => part === null) ? null : parts.join('');
}
