import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanName, parsePath, splitName } from './path-names.ts';

describe('a path inside a workspace', () => {
  test.each<[string, readonly string[]]>([
    ['', []],
    ['.', []],
    ['a', ['a']],
    ['a/b/c.txt', ['a', 'b', 'c.txt']],
    ['./a//b/', ['a', 'b']],
    ['a b/ü.txt', ['a b', 'ü.txt']],
    ['e\u0301', ['\u00e9']],
    ['%2e%2e/a', ['%2e%2e', 'a']],
    ['..a/b..', ['..a', 'b..']],
    ['a\\..\\b', ['a\\..\\b']],
    ['a'.repeat(255), ['a'.repeat(255)]],
    ['a/'.repeat(32), Array(32).fill('a')],
  ])('%j has the names %j', (path, names) => {
    expect(parsePath(path)).toEqual(names);
  });

  test.each([
    '..',
    '../a',
    'a/../b',
    'a/..',
    '/',
    '/etc/passwd',
    'a\u0000',
    'a\nb',
    'a\u202eb',
    '\ufeffa',
    'a\u0085',
    'a'.repeat(256),
    'ä'.repeat(128),
    'a/'.repeat(33),
  ])('%j is none', (path) => {
    expect(() => parsePath(path)).toThrow(expect.objectContaining({ code: 'file.name_invalid' }));
  });

  test('never leads anywhere but down', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', 'a', '%2e', '\u0000', '\u2044', '\uff0e\uff0e', ' ', '\u202e');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let names: readonly string[] = [];
        try {
          names = parsePath(pieces.join(''));
        } catch {
          return;
        }
        for (const name of names)
          expect(['', '.', '..'].includes(name) || name.includes('/') || name.includes('\u0000')).toBe(false);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});

describe('a name that somebody gave', () => {
  test('becomes one that is safe on every system, short, and itself when it is cleaned again', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom(
        '..',
        '/',
        '\\',
        '.',
        ' ',
        'con',
        'COM1',
        '\u0000',
        '\u202e',
        '\u2215',
        'x'.repeat(120),
        '.tar.gz',
      ),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 10 }), (units) => {
        const name = cleanName(units.join('').toWellFormed());
        expect(name).not.toMatch(/^[.\s]|[.\s]$|^$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        for (const odd of ['/', '\\', '\u2044', '\u2215', '\uff0f', '\uff3c', '\u0000', '\n', '\u202e']) {
          expect(name.includes(odd)).toBe(false);
        }
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(201);
        expect(parsePath(name)).toEqual([name]);
        expect(cleanName(name)).toBe(name);
      }),
      { seed: 4, numRuns: 3000 },
    );
  });

  test('keeps its ending when it is cut', () => {
    expect(cleanName(`${'a'.repeat(300)}.pdf`)).toBe(`${'a'.repeat(196)}.pdf`);
    expect(cleanName(`${'😀'.repeat(100)}.txt`)).toBe(`${'😀'.repeat(49)}.txt`);
    expect(cleanName(`a.${'b'.repeat(300)}`)).toBe(`a.${'b'.repeat(198)}`);
  });

  test.each([
    ['report.pdf', 'report', '.pdf'],
    ['archive.tar.gz', 'archive.tar', '.gz'],
    ['README', 'README', ''],
    ['a.very long ending of it', 'a.very long ending of it', ''],
  ])('%j is %j and the ending %j', (name, stem, ending) => {
    expect(splitName(name)).toEqual({ stem, ending });
  });
});
