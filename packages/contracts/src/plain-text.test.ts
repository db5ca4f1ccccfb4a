import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

const line = plainText({ max: 10 });

test('blanks around the text are taken away before it is measured', () => {
  expect(line.parse('   0123456789 \t')).toBe('0123456789');
});

test('letters of any script, and blanks within, are kept as they are', () => {
  expect(line.parse('Ärger 計画 ✅')).toBe('Ärger 計画 ✅');
});

test.each([
  ['a family, joined without width', '👩‍👩‍👧'],
  ['a heart with its style', '❤️'],
  ['Hebrew', 'שלום'],
  ['Arabic with a mark of direction', 'سلام\u200f!'],
  ['Persian with a joiner that is not one', 'می\u200cخواهم'],
])('%s is kept as it is', (_name, value) => {
  expect(line.parse(value)).toBe(value);
});

test.each([
  ['nothing', ''],
  ['nothing but blanks', ' \n '],
  ['one character too many', '01234567890'],
  ['two lines', 'a\nb'],
  ['a tab within', 'a\tb'],
  ['a NUL', 'a\u0000b'],
  ['an escape', 'a\u001b[31m'],
  ['a delete', 'a\u007fb'],
  ['a control character beyond ASCII', 'a\u0085b'],
  ['a separator of lines', 'a\u2028b'],
  ['what turns text around', 'a\u202egpj.b'],
  ['an embedding', '\u202aa\u202c'],
  ['an isolate', '\u2066a\u2069'],
  ['nothing of no width', '\u200b\u200c\u200d\u2060\ufeff'],
  ['blanks between nothing of no width', '\u200b \u200b'],
  ['fillers that look empty', '\u3164\u2800\u00ad'],
  ['the first half of a character', 'a\ud83d'],
  ['the second half of a character', '\udc00a'],
])('%s is refused', (_name, value) => {
  expect(line.safeParse(value).success).toBe(false);
});
