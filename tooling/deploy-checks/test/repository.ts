import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../../..');

export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

export function readYaml<T>(file: string): T {
  return parse(read(file), { merge: true }) as T;
}

/** A module of the server. By its path: only checks may look inside, so nothing is exported for them. */
export async function importServer<T>(file: string): Promise<T> {
  return (await import(path.join(root, 'apps/server/src', file))) as T;
}

/** What the program reads: the keys of the schema in config.ts. */
export function configVariables(): string[] {
  const schema = /z\.object\(\{\n(.*?)\n\}\);/s.exec(read('apps/server/src/config.ts'))?.[1] ?? '';
  return all(schema, /^ {2}([A-Z][A-Z0-9_]+):/gm);
}

/** What somebody can set for docker-compose.yml. */
export function composeVariables(): string[] {
  return [...new Set(all(read('docker-compose.yml'), /\$\{([A-Z][A-Z0-9_]+)/g))];
}

/** The lines of .env.example: all commented out, each with its default. */
export function exampleDefaults(): Map<string, string> {
  const lines = read('.env.example').matchAll(/^# ([A-Z][A-Z0-9_]+)=(.*)$/gm);
  return new Map([...lines].map(([, name = '', value = '']) => [name, value]));
}

/** The rows of the tables in configuration.md: name, default. */
export function documentedDefaults(): Map<string, string> {
  const rows = read('docs/operations/configuration.md').matchAll(/^\| `([A-Z][A-Z0-9_]+)` \|[^|]*\| ([^|]*?) +\|/gm);
  return new Map(
    [...rows].map(([, name = '', value = '']) => [name, value === 'none' ? '' : value.replaceAll('`', '')]),
  );
}

export function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}
