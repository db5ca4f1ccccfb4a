import type { Node } from 'web-tree-sitter';
import { unwrap } from './command-wrappers.ts';
import { parseShell } from './shell-parser.ts';

const maxLength = 20_000;
/** Of a command in a command in a command, by `bash -c`. */
const maxDepth = 4;
/** What makes a word mean something else than it says: nobody can tell then what a command would do. */
const redefining = new Set(['eval', 'source', '.', 'alias', 'trap', 'enable', 'hash']);

/**
 * The commands that a line of bash would run, each as its words with single blanks between, wrappers taken off: of
 * `cd a && sudo timeout 5 npm test` it is `cd a` and `npm test`. Null when nobody can say without running it.
 */
export async function commandsIn(line: string, depth = 0): Promise<readonly string[] | null> {
  if (line.length > maxLength || depth > maxDepth) return null;
  const root = await parseShell(line);
  if (!root || root.hasError || root.descendantsOfType('function_definition').length > 0) return null;
  const found: string[] = [];
  for (const command of root.descendantsOfType('command')) {
    const words = command ? wordsOf(command) : null;
    if (!words) return null;
    for (const inner of unwrap(words)) {
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

/** What follows `-c`, also in `-lc` and after other options. */
function scriptOf(words: readonly string[]): string | null {
  const at = words.findIndex((word) => word.startsWith('-') && !word.startsWith('--') && word.includes('c'));
  return at === -1 ? null : (words[at + 1] ?? null);
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
      return joined(node.namedChildren);
    case 'string':
      return joined(node.namedChildren);
    case 'string_content':
      return node.text.replace(/\\([$`"\\\n])/g, '$1');
    case 'raw_string':
      return node.text.slice(1, -1);
    case 'word':
    case 'number':
      return node.text.replace(/\\(.)/gs, '$1');
    default:
      return null;
  }
}

function joined(nodes: readonly (Node | null)[]): string | null {
  const parts = nodes.map((node) => (node ? literalOf(node) : null));
  return parts.some((part) => part === null) ? null : parts.join('');
}
