import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

const require = createRequire(import.meta.url);
let loading: Promise<Parser> | null = null;

/** The grammar of bash, loaded with the first command line that is looked at. */
export async function parseShell(line: string): Promise<Node | null> {
  loading ??= load();
  const parser = await loading;
  return parser.parse(line)?.rootNode ?? null;
}

async function load(): Promise<Parser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm')));
  return parser;
}
