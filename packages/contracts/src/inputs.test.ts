import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { anUpload, aSession, uuid } from '../test/samples.ts';
import { listAuditInput } from './audit.ts';
import { passwordMaxLength, passwordMinLength, registerInput, signInInput } from './auth.ts';
import { fileRef, listFilesInput } from './files.ts';
import { listPeopleInput } from './installation.ts';
import { historyInput, messageMaxCharacters, sendMessageInput } from './messages.ts';
import { isTerminal, repeatRunInput, runRef, runState } from './runs.ts';
import {
  changeSessionInput,
  createSessionInput,
  listSessionsInput,
  renameSessionInput,
  sessionRef,
} from './sessions.ts';
import { todoItem, todoList } from './todos.ts';

const clientId = uuid(50);
const person = { email: 'ada@example.org', password: 'correct horse', name: 'Ada' };
const send = { sessionId: aSession, clientId, parts: [{ type: 'text', text: 'Hello' }] };
const file = { type: 'file', uploadId: anUpload };
const run = { runId: uuid(60), clientId };

function accepts(schema: z.ZodType, value: unknown): boolean {
  return schema.safeParse(value).success;
}

describe('what may be sent', () => {
  test.each<[string, z.ZodType, unknown]>([
    ['a registration', registerInput, person],
    ['the shortest password', registerInput, { ...person, password: 'x'.repeat(passwordMinLength) }],
    ['the longest password', registerInput, { ...person, password: 'x'.repeat(passwordMaxLength) }],
    ['a password with blanks around it', registerInput, { ...person, password: '   passw   ' }],
    ['the longest name', registerInput, { ...person, name: 'x'.repeat(80) }],
    [
      'a short password at sign-in: the rule may have been another once',
      signInInput,
      { email: person.email, password: 'x' },
    ],
    ['a message', sendMessageInput, send],
    [
      'the longest message',
      sendMessageInput,
      { ...send, parts: [{ type: 'text', text: 'x'.repeat(messageMaxCharacters) }] },
    ],
    ['a file without words', sendMessageInput, { ...send, parts: [file] }],
    ['words with twenty files', sendMessageInput, { ...send, parts: [...send.parts, ...Array(20).fill(file)] }],
    ['the longest page of history', historyInput, { sessionId: aSession, before: 1, limit: 100 }],
    ['a session without a title', createSessionInput, { clientId }],
    ['the longest title', renameSessionInput, { sessionId: aSession, title: 'x'.repeat(120) }],
    ['a change of one version', changeSessionInput, { sessionId: aSession, version: 3 }],
    ['the longest cursor', listSessionsInput, { cursor: 'x'.repeat(200) }],
    ['the longest path', fileRef, { sessionId: aSession, path: 'x'.repeat(1024) }],
    ['a retry', repeatRunInput, run],
    [
      'the first and the last year of the record',
      listAuditInput,
      { from: '1970-01-01T00:00:00Z', to: '9999-12-31T23:59:59.999Z' },
    ],
    ['people of a name with a character of two halves', listPeopleInput, { search: 'Ada 😀' }],
    ['a hundred todos', todoList, Array(100).fill({ text: 'x'.repeat(500), state: 'open' })],
  ])('%s', (_name, schema, value) => {
    expect(accepts(schema, value)).toBe(true);
  });
});

describe('what is refused', () => {
  test.each<[string, z.ZodType, unknown]>([
    ['a password one character short', registerInput, { ...person, password: 'x'.repeat(passwordMinLength - 1) }],
    ['a password one character long', registerInput, { ...person, password: 'x'.repeat(passwordMaxLength + 1) }],
    ['a password with a NUL', registerInput, { ...person, password: 'secret\u0000secret' }],
    ['an address without a host', registerInput, { ...person, email: 'ada' }],
    ['an address that is too long', registerInput, { ...person, email: `${'x'.repeat(250)}@b.io` }],
    ['a name of blanks', registerInput, { ...person, name: '  ' }],
    ['a name that is too long', registerInput, { ...person, name: 'x'.repeat(81) }],
    ['a registration that makes itself admin', registerInput, { ...person, role: 'admin' }],
    ['an empty password at sign-in', signInInput, { email: person.email, password: '' }],
    ['a password at sign-in that is too long to hash', signInInput, { email: person.email, password: 'x'.repeat(257) }],
    ['a message without parts', sendMessageInput, { ...send, parts: [] }],
    ['an empty text', sendMessageInput, { ...send, parts: [{ type: 'text', text: '' }] }],
    [
      'a text that is too long',
      sendMessageInput,
      { ...send, parts: [{ type: 'text', text: 'x'.repeat(messageMaxCharacters + 1) }] },
    ],
    ['twenty-two parts', sendMessageInput, { ...send, parts: Array(22).fill(file) }],
    [
      'a part only the server writes',
      sendMessageInput,
      { ...send, parts: [{ type: 'notice', step: 0, kind: 'resumed', text: '' }] },
    ],
    ['a file with a path of its own', sendMessageInput, { ...send, parts: [{ ...file, path: '/etc/passwd' }] }],
    ['a client id that is no UUID', sendMessageInput, { ...send, clientId: '1' }],
    ['history before a fraction', historyInput, { sessionId: aSession, before: 1.5 }],
    ['an empty page of history', historyInput, { sessionId: aSession, before: 1, limit: 0 }],
    ['a page of history that is too long', historyInput, { sessionId: aSession, before: 1, limit: 101 }],
    ['a title that is too long', createSessionInput, { clientId, title: 'x'.repeat(121) }],
    ['a title of two lines', renameSessionInput, { sessionId: aSession, title: 'a\nb' }],
    ['a title that is missing', renameSessionInput, { sessionId: aSession }],
    ['a page of sessions that is too long', listSessionsInput, { limit: 101 }],
    ['a cursor that is too long', listSessionsInput, { cursor: 'x'.repeat(201) }],
    ['an unknown status', listSessionsInput, { status: 'deleted' }],
    ['another field beside an id', sessionRef, { sessionId: aSession, organisationId: uuid(9) }],
    ['another field beside a run', runRef, { runId: uuid(60), force: true }],
    ['a retry without a client id', repeatRunInput, { runId: uuid(60) }],
    ['a file without a path', fileRef, { sessionId: aSession, path: '' }],
    ['removing the workspace itself', fileRef, { sessionId: aSession, path: '' }],
    ['a path that is too long', listFilesInput, { sessionId: aSession, path: 'x'.repeat(1025) }],
    ['a hundred and one todos', todoList, Array(101).fill({ text: 'x', state: 'open' })],
    ['a todo without words', todoItem, { text: '', state: 'open' }],
    ['a todo that is too long', todoItem, { text: 'x'.repeat(501), state: 'open' }],
    ['a todo in an unknown state', todoItem, { text: 'x', state: 'later' }],
    ['a todo with a NUL, which cannot be stored', todoItem, { text: 'a\u0000b', state: 'open' }],
    ['entries of the year 0', listAuditInput, { from: '0000-01-01T00:00:00Z' }],
    ['entries up to the year 1969', listAuditInput, { to: '1969-12-31T23:59:59.999Z' }],
    ['entries about a NUL', listAuditInput, { targetId: 'a\u0000' }],
    ['entries about half of a character', listAuditInput, { targetId: '\ud83d' }],
    ['people named with a NUL', listPeopleInput, { search: 'a\u0000' }],
    ['people named with half of a character', listPeopleInput, { search: 'a\udc00' }],
    ['a todo with half of a character, which cannot be stored', todoItem, { text: 'a\ud83d', state: 'open' }],
  ])('%s', (_name, schema, value) => {
    expect(accepts(schema, value)).toBe(false);
  });
});

describe('what is filled in', () => {
  test('an address is compared in small letters and without blanks', () => {
    expect(registerInput.parse({ ...person, email: '  Ada@Example.ORG ' }).email).toBe('ada@example.org');
  });

  test('a password is taken as it was typed', () => {
    expect(registerInput.parse({ ...person, password: '  Correct Horse ' }).password).toBe('  Correct Horse ');
  });

  test('sessions are listed thirty at a time, the open ones first', () => {
    expect(listSessionsInput.parse({})).toEqual({ status: 'open', limit: 30 });
  });

  test('history comes thirty at a time, and files from the top', () => {
    expect(historyInput.parse({ sessionId: aSession, before: 9 }).limit).toBe(30);
    expect(listFilesInput.parse({ sessionId: aSession }).path).toBe('');
  });
});

test('a run is at its end when it succeeded, failed, was cancelled or interrupted, and in no other state', () => {
  expect(runState.options.filter(isTerminal)).toEqual(['succeeded', 'failed', 'cancelled', 'interrupted']);
});
