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
  ['nothing', ''],
  ['nothing but blanks', ' \n '],
  ['one character too many', '01234567890'],
  ['two lines', 'a\nb'],
  ['a tab within', 'a\tb'],
  ['a NUL', 'a\u0000b'],
  ['an escape', 'a\u001b[31m'],
  ['a delete', 'a\u007fb'],
])('%s is refused', (_name, value) => {
  expect(line.safeParse(value).success).toBe(false);
});
