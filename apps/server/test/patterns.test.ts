import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { RegExpParser } from '@eslint-community/regexpp';
import { analyse } from 'scslre';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sources = ['apps', 'packages'].flatMap((group) =>
  readdirSync(path.join(root, group)).flatMap((name) => {
    const directory = path.join(root, group, name, 'src');
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/\.(test|spec)\./.test(file))
      .map((file) => path.join(directory, file));
  }),
);

/** Every pattern that stands in a file as it is. */
function patternsIn(file: string): readonly { readonly at: string; readonly pattern: string }[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: { readonly at: string; readonly pattern: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push({ at: `${path.relative(root, file)}:${line + 1}`, pattern: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const patterns = sources.flatMap(patternsIn);

/** Whether some text keeps it busy for longer than its length explains. */
function isSlow(pattern: string): boolean {
  return analyse(new RegExpParser().parseLiteral(pattern)).reports.length > 0;
}

test('the check knows a slow pattern from a quick one', () => {
  expect(patterns.length).toBeGreaterThan(50);
  expect(isSlow('/^(a+)+$/')).toBe(true);
  expect(isSlow('/\\s+$/')).toBe(true);
  expect(isSlow('/^[a-z]+$/')).toBe(false);
});

test('AT-52: no pattern takes more than linear time, whatever the text', () => {
  expect(patterns.filter(({ pattern }) => isSlow(pattern))).toEqual([]);
});
