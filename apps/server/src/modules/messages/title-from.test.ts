import { expect, test } from 'vitest';
import { titleFrom } from './title-from.ts';

test('a title is the first line with words in it', () => {
  expect(titleFrom('\n---\n# Plan `it`\nmore')).toBe('Plan it');
});

test('a title holds nothing that turns text around and no half of a character', () => {
  expect(titleFrom('Read \u202egpj.exe\u202c \u2066now\u2069')).toBe('Read gpj.exe now');
  expect(titleFrom('a\ud83d b')).toBe('a\ufffd b');
});

test('emoji that are joined, and letters that are written from the right, stay as they are', () => {
  expect(titleFrom('👩‍👩‍👧 שלום')).toBe('👩‍👩‍👧 שלום');
});
