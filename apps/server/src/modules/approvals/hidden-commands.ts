import type { Node } from 'web-tree-sitter';

/** What decides which program a name stands for, or makes a program run another one. */
const steering =
  /^(PATH|IFS|ENV|HOME|BASH_\w+|BASHOPTS|SHELLOPTS|SHELL|PS4|PROMPT_COMMAND|LD_\w+|NODE_(OPTIONS|PATH)|PYTHON\w*|PERL\w*|RUBY\w*|JAVA_\w+|GIT_\w+|\w*PAGER|\w*EDITOR|VISUAL|BROWSER|MAKEFLAGS|npm_config_\w+|NPM_CONFIG_\w+)$/;

/** Whether an assignment to it can make the next command another than it says. */
export function isSteering(variable: string): boolean {
  return steering.test(variable);
}

/**
 * Whether a line runs something that does not stand in its tree as a command, or makes commands mean something else: what
 * is seen of it is then not what it does.
 */
export function hidesCommands(root: Node, line: string): boolean {
  return (
    // A word that goes on after a line's end is two in the tree.
    /\S\\\n\S/.test(line) ||
    root.descendantsOfType('function_definition').length > 0 ||
    assignsSteering(root) ||
    swallowsArguments(root) ||
    hasUnseenSubstitution(root, line)
  );
}

function assignsSteering(root: Node): boolean {
  const names = root
    .descendantsOfType('variable_assignment')
    .map((assignment) => assignment?.childForFieldName('name')?.text.replace(/\[.*/s, '') ?? '');
  // Of `export "$x"` nobody knows what is set.
  const isOpen = root
    .descendantsOfType('declaration_command')
    .some((command) => command?.namedChildren.some((child) => !named.has(child?.type ?? '')));
  return isOpen || names.some(isSteering);
}
const named = new Set(['variable_assignment', 'variable_name', 'word']);

/** Of `git >log push` the tree has a command `git`, and two words that it writes to. */
function swallowsArguments(root: Node): boolean {
  return root
    .descendantsOfType('file_redirect')
    .some((redirect) => (redirect?.childrenForFieldName('destination').length ?? 0) > 1);
}

/**
 * Whether there is the sign of a substitution that the tree has none for. The grammar takes some for text: in documents
 * that are written in place, and in defaults and patterns of `${…}`.
 */
function hasUnseenSubstitution(root: Node, line: string): boolean {
  const seen = new Set<number>();
  for (const node of root.descendantsOfType(['command_substitution', 'arithmetic_expansion'])) {
    if (!node) continue;
    // In backticks backslashes are taken off before the rest is read.
    if (node.text.startsWith('`') && node.text.includes('\\')) return true;
    seen.add(node.startIndex);
    seen.add(node.endIndex - 1);
  }
  const plain = root
    .descendantsOfType(['raw_string', 'ansi_c_string', 'comment', 'heredoc_body'])
    .filter((node) => node && isTakenAsItStands(node));
  const isPlain = (at: number) => plain.some((node) => node && node.startIndex <= at && at < node.endIndex);
  return [...line.matchAll(/`|\$\(/g)].some(
    ({ index }) => !seen.has(index) && !isEscaped(line, index) && !isPlain(index),
  );
}

/** Single quotes in `"${a:-'…'}"` quote nothing; in a document it depends on how its end is written. */
function isTakenAsItStands(node: Node): boolean {
  if (node.type !== 'heredoc_body') return !isInside(node, 'expansion');
  const start = node.parent?.namedChildren.find((sibling) => sibling?.type === 'heredoc_start');
  return /['"\\]/.test(start?.text ?? '');
}

function isInside(node: Node, type: string): boolean {
  for (let outer = node.parent; outer; outer = outer.parent) if (outer.type === type) return true;
  return false;
}

function isEscaped(line: string, at: number): boolean {
  let backslashes = 0;
  while (line[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
