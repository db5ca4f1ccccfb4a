import { expect, test } from 'vitest';
import { legibleJson, patchLines, visibleText } from './visible-text.ts';

test.each([
  ['a\u202Egpj.exe', 'a\\u{202E}gpj.exe'],
  ['npm test\u2066 # \u2069; rm a', 'npm test\\u{2066} # \\u{2069}; rm a'],
  ['r\u200Bm\u00AD\uFEFF', 'r\\u{200B}m\\u{00AD}\\u{FEFF}'],
  ['safe\rrm a\u001B[2K', 'safe\\u{000D}rm a\\u{001B}[2K'],
  ['g\u200Dit', 'g\\u{200D}it'],
  ['\u{E0041}', '\\u{E0041}'],
])('%j cannot be read as another text', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test.each(['two\nlines\tand a tab', 'of\r\nWindows', 'Ünï.md', '👩‍💻 ❤️‍🔥', 'שלום'])('%j stays as it is', (text) => {
  expect(visibleText(text)).toBe(text);
});

test('JSON for reading has lines for line ends, and for nothing else', () => {
  expect(legibleJson({ text: 'a\nb', path: 'c:\\new' })).toBe('{\n  "text": "a\nb",\n  "path": "c:\\\\new"\n}');
});

test('a patch begins at its first place, whatever the file is called', () => {
  const head = (name: string) => `Index: ${name}\n${'='.repeat(67)}\n--- ${name}\n+++ ${name}\n`;
  expect(patchLines(`${head('a')}@@ -0,0 +1,1 @@\n+x\n`)).toEqual(['@@ -0,0 +1,1 @@', '+x']);
  expect(patchLines(`${head('a\nb')}@@ -0,0 +1,1 @@\n+x\n`)).toEqual(['@@ -0,0 +1,1 @@', '+x']);
  expect(patchLines(head('a'))).toEqual([]);
});
