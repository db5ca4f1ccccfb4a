import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { fileContent, fileListing, type UploadDto, uploadDto } from '@atelier/contracts/files';
import { messageDto, sentDto } from '@atelier/contracts/messages';
import { sessionDto } from '@atelier/contracts/sessions';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { ask, call, refusal, request, wireErrorOf } from './calls.ts';
import { newPerson, newSession, type Person, send, untilRun, upload } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

const mebibyte = 1024 * 1024;
/** Stands in a file beside the workspace and nowhere else. */
const secret = 'canary-beyond-the-workspace';

let running: RunningProgram;
let ada: Person;
let sessionId: string;

beforeAll(async () => {
  running = await startProgram({ env: { UPLOAD_MAX_MB: '1', WORKSPACE_QUOTA_MB: '2' } });
  ada = await newPerson(running);
  await mkdir(outside(), { recursive: true });
  await writeFile(outside('secret.txt'), secret);
});
beforeEach(async () => {
  sessionId = (await newSession(running, ada)).id;
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const outside = (...names: string[]) => path.join(running.dataDirectory, 'outside', ...names);
const workspace = (...names: string[]) => path.join(running.dataDirectory, 'workspaces', sessionId, ...names);

async function put(name: string, content: RequestInit['body'], query = {}): Promise<UploadDto> {
  const answer = await upload(running, ada, sessionId, { name, content, query });
  if (answer.status !== 201) throw new Error(`Not taken: ${answer.status} ${answer.text}`);
  return uploadDto.parse(answer.body);
}

const download = (file: string) =>
  request(running, `/api/sessions/${sessionId}/files?${new URLSearchParams({ path: file })}`, {}, { token: ada.token });

/** All paths beneath the workspace as the disk has them. */
async function onDisk(): Promise<readonly string[]> {
  const entries = await readdir(workspace(), { recursive: true }).catch(() => []);
  return entries.toSorted();
}

/** Nothing of an upload is left anywhere. */
async function expectNothingLeft(files: readonly string[] = []): Promise<void> {
  await expect.poll(() => readdir(path.join(running.dataDirectory, 'unfinished')), { timeout: 10_000 }).toEqual([]);
  expect((await onDisk()).filter((name) => name !== 'attachments')).toEqual(files);
  const { rows } = await running.database.pool.query(`SELECT path FROM uploads WHERE session_id = $1 ORDER BY path`, [
    sessionId,
  ]);
  expect(rows.map((row) => z.object({ path: z.string() }).parse(row).path)).toEqual(files);
}

describe('an uploaded file', () => {
  test('lies whole in the workspace, is known, and is announced', async () => {
    const file = await put('notes.md', 'hello', { directory: 'docs/2026' });

    expect(file).toMatchObject({ name: 'notes.md', path: 'docs/2026/notes.md', size: 5, mediaType: 'text/plain' });
    expect(file.sha256).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(await readFile(workspace('docs/2026/notes.md'), 'utf8')).toBe('hello');
    const { rows } = await running.database.pool.query(
      `SELECT type, payload FROM session_events WHERE session_id = $1`,
      [sessionId],
    );
    expect(rows).toEqual([{ type: 'files.changed', payload: { changes: [{ path: file.path, kind: 'created' }] } }]);
  });

  test.each<[string, string]>([
    ['../../etc/passwd', 'passwd'],
    ['..%2f..%2fetc', '%2f..%2fetc'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/etc/passwd', 'passwd'],
    ['C:\\Users\\a\\b.txt', 'b.txt'],
    ['a\uff0fb\u2215c.txt', 'a_b_c.txt'],
    ['nul\u0000.txt', '_nul.txt'],
    ['two\nlines.txt', 'twolines.txt'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['CON', '_CON'],
    ['lpt1.txt', '_lpt1.txt'],
    ['trailing. . .', 'trailing'],
    ['.htaccess', 'htaccess'],
    ['..', 'file'],
    ['...', 'file'],
    ['   ', 'file'],
    ['/', 'file'],
    ['Ã¤Ã¶.txt', 'Ã¤Ã¶.txt'],
    ['e\u0301.txt', '\u00e9.txt'],
    [`${'ä'.repeat(300)}.txt`, `${'ä'.repeat(98)}.txt`],
    ['<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>.png'],
  ])('that calls itself %j is stored as %j', async (given, stored) => {
    expect((await put(given, 'x')).path).toBe(stored);
    expect(await onDisk()).toEqual([stored]);
    expect(await ask(running, ada, 'files.read', { sessionId, path: stored }, fileContent)).toMatchObject({
      text: 'x',
    });
  });

  test('never takes the place of another with its name', async () => {
    const first = await put('report.pdf', 'one');
    const second = await put('report.pdf', 'two');

    expect([first.path, second.path]).toEqual(['report.pdf', 'report (2).pdf']);
    expect(first.id).not.toBe(second.id);
    expect(await readFile(workspace('report.pdf'), 'utf8')).toBe('one');
    expect(await readFile(workspace('report (2).pdf'), 'utf8')).toBe('two');
  });

  test('AT-15: never takes the place of another that comes at the same moment', async () => {
    const contents = Array.from({ length: 12 }, (_, index) => `content ${index}`);
    const files = await Promise.all(contents.map((content) => put('report.pdf', content)));

    expect(new Set(files.map((file) => file.path)).size).toBe(12);
    const stored = await Promise.all(files.map((file) => readFile(workspace(file.path), 'utf8')));
    expect(stored).toEqual(contents);
    await expectNothingLeft(files.map((file) => file.path).toSorted());
  });

  test('with the same name and content is stored once, until the stored one is changed', async () => {
    const first = await put('a.txt', 'same', { purpose: 'attachment' });
    const again = await put('a.txt', 'same', { purpose: 'attachment' });
    expect(again).toEqual(first);
    expect(await onDisk()).toEqual(['attachments', 'attachments/a.txt']);

    await writeFile(workspace('attachments/a.txt'), 'changed by the agent');
    const anew = await put('a.txt', 'same', { purpose: 'attachment' });
    expect(anew.path).toBe('attachments/a (2).txt');
    expect((await put('a.txt', 'same')).path).toBe('a.txt');
  });

  test('is bytes, whatever type it is said to have', async () => {
    const body = '{"files[0][path]":"/etc/passwd"}';
    for (const type of ['multipart/form-data; boundary=x', 'application/json', 'text/html', 'no type at all']) {
      const answer = await request(
        running,
        `/api/sessions/${sessionId}/files?name=a.bin&files[0][path]=/etc/passwd`,
        { method: 'POST', body: new TextEncoder().encode(body), headers: { 'content-type': type } },
        { token: ada.token },
      );
      expect(answer.status).toBe(201);
    }
    expect(await readFile(workspace('a.bin'), 'utf8')).toBe(body);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['no name', { name: '' }, 'request.invalid'],
    ['an unknown purpose', { name: 'a', purpose: 'avatar' }, 'request.invalid'],
    ['a directory outside', { name: 'a', directory: '../other' }, 'file.name_invalid'],
    ['an absolute directory', { name: 'a', directory: '/etc' }, 'file.name_invalid'],
    ['a directory with a NUL', { name: 'a', directory: 'a\u0000b' }, 'file.name_invalid'],
    ['a directory beyond all depth', { name: 'a', directory: 'a/'.repeat(33) }, 'file.name_invalid'],
  ])('with %s is refused and leaves nothing', async (_name, query, code) => {
    const answer = await upload(running, ada, sessionId, { name: 'a', content: 'x', query });

    expect(wireErrorOf(answer).code).toBe(code);
    await expectNothingLeft();
  });

  test('where a file is already a directory is refused and leaves nothing', async () => {
    await put('a', 'x');
    const answer = await upload(running, ada, sessionId, { name: 'b', content: 'x', query: { directory: 'a' } });

    expect(answer.status).toBe(404);
    await expectNothingLeft(['a']);
  });

  test('is not taken by an archived session', async () => {
    await ask(running, ada, 'sessions.archive', { sessionId }, sessionDto);

    expect(wireErrorOf(await upload(running, ada, sessionId, { name: 'a', content: 'x' })).code).toBe(
      'session.archived',
    );
    await expectNothingLeft();
  });

  test('of small text goes into the message, and a large one by its path', async () => {
    const [small, large] = [await put('small.md', 'hello'), await put('large.md', 'x'.repeat(6000))];
    const parts = [small, large].map(({ id }) => ({ type: 'file', uploadId: id }));
    const sent = await ask(running, ada, 'messages.send', { sessionId, clientId: newId(), parts }, sentDto);
    await untilRun(running, sent.runId, 'succeeded');

    const { messages } = await ask(
      running,
      ada,
      'sessions.open',
      { sessionId },
      z.object({ messages: z.array(messageDto) }),
    );
    expect(messages[0]?.parts).toMatchObject([
      { type: 'file', path: 'small.md', text: 'hello' },
      { type: 'file', path: 'large.md', text: null },
    ]);
  });
});

describe('an upload that is too large', () => {
  const streamed = (bytes: number) =>
    request(
      running,
      `/api/sessions/${sessionId}/files?name=large.bin`,
      { method: 'POST', body: new Blob([new Uint8Array(bytes)]).stream(), duplex: 'half' } as RequestInit,
      { token: ada.token },
    );

  test('at the limit is taken, declared or not', async () => {
    expect((await put('a.bin', new Uint8Array(mebibyte))).size).toBe(mebibyte);
    expect((await streamed(mebibyte)).status).toBe(201);
  });

  test('by its own word is refused before a byte is taken', async () => {
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const asked = http.request(
        `${running.url}/api/sessions/${sessionId}/files?name=large.bin`,
        { method: 'POST', headers: { authorization: `Bearer ${ada.token}`, 'content-length': 10 * mebibyte } },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += String(chunk);
          });
          response.on('end', () => resolve({ status: response.statusCode, text }));
        },
      );
      asked.on('error', reject);
      asked.flushHeaders();
    });

    expect(answer.status).toBe(413);
    expect(wireErrorOf({ body: JSON.parse(answer.text) })).toMatchObject({
      code: 'file.too_large',
      details: { limit: mebibyte, size: 10 * mebibyte },
    });
    await expectNothingLeft();
  });

  test('in truth is refused while it comes', async () => {
    const answer = await streamed(mebibyte + 1);

    expect(answer.status).toBe(413);
    expect(wireErrorOf(answer)).toMatchObject({ code: 'file.too_large', details: { limit: mebibyte } });
    await expectNothingLeft();
  });

  test('for what is left of the workspace is refused, declared or not, and room that is made is room again', async () => {
    await put('a.bin', new Uint8Array(mebibyte));
    await put('b.bin', new Uint8Array(mebibyte - 10));
    for (const answer of [
      await upload(running, ada, sessionId, { name: 'c', content: 'x'.repeat(11) }),
      await streamed(11),
    ]) {
      expect(answer.status).toBe(413);
      expect(wireErrorOf(answer)).toMatchObject({ code: 'workspace.quota_exceeded', details: { limit: 2 * mebibyte } });
    }
    await expectNothingLeft(['a.bin', 'b.bin']);

    expect((await call(running, 'files.remove', { sessionId, path: 'a.bin' }, { token: ada.token })).status).toBe(200);
    expect((await put('c', 'x'.repeat(11))).size).toBe(11);
  });

  test('for the workspace is not written by the agent either', async () => {
    await put('a.bin', new Uint8Array(mebibyte));
    await put('b.bin', new Uint8Array(mebibyte - 3));
    const { runId } = await send(running, ada, sessionId, 'write c.txt: four');
    await untilRun(running, runId, 'succeeded');

    expect(await onDisk()).toEqual(['a.bin', 'b.bin']);
    expect((await call(running, 'sessions.open', { sessionId }, { token: ada.token })).text).toContain(
      'workspace is full',
    );
  });
});

test.each([1, 50, 99])('an upload that is broken off after %i percent leaves nothing behind', async (percent) => {
  const size = 200_000;
  await new Promise<void>((resolve) => {
    const asked = http.request(`${running.url}/api/sessions/${sessionId}/files?name=half.bin`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.token}`, 'content-length': size },
    });
    asked.on('error', () => undefined).on('close', () => resolve());
    asked.write(Buffer.alloc((size * percent) / 100));
    // Broken off only when the server has begun to write it down.
    void vi
      .waitFor(async () => expect(await readdir(path.join(running.dataDirectory, 'unfinished'))).toHaveLength(1))
      .finally(() => asked.destroy());
  });

  await expectNothingLeft();
});

test('AT-11: an upload of somebody who is suspended meanwhile is refused at its end, and leaves nothing', async () => {
  const person = await newPerson(running);
  sessionId = (await newSession(running, person)).id;
  const asked = http.request(`${running.url}/api/sessions/${sessionId}/files?name=late.bin`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}`, 'content-length': 200_000 },
  });
  const answered = once(asked, 'response');
  asked.write(Buffer.alloc(100_000));
  await expect.poll(() => readdir(path.join(running.dataDirectory, 'unfinished'))).toHaveLength(1);

  await running.database.pool.query(`UPDATE users SET status = 'suspended' WHERE id = $1`, [person.userId]);
  asked.end(Buffer.alloc(100_000));

  const [response] = (await answered) as [http.IncomingMessage];
  expect(response.resume().statusCode).toBe(401);
  await expectNothingLeft();
});

test('what an ended process left unfinished is cleared away at the start, and what a living one writes is not', async () => {
  const directory = path.join(running.dataDirectory, 'unfinished');
  const [old, young] = [path.join(directory, 'old'), path.join(directory, 'young')];
  for (const file of [old, young]) await writeFile(file, 'x');
  execFileSync('touch', ['-d', '2 hours ago', old]);

  await using _second = await startProgram({ beside: running, roles: { server: false, worker: false } });

  expect(await readdir(directory)).toEqual(['young']);
  await rm(young);
});

describe('a downloaded file', () => {
  test('is saved and never shown, under its own name', async () => {
    const { path } = await put(`it's "Ä" (1)*.html`, '<script>alert(1)</script>');
    const answer = await download(path);

    expect(answer.text).toBe('<script>alert(1)</script>');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '25',
      'content-disposition': `attachment; filename="it_s ___ (1)_.html"; filename*=UTF-8''it%27s%20%22%C3%84%22%20%281%29%2A.html`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  test.each<[string, string, string]>([
    ['page.html', 'text/html', '<script>fetch("/trpc/auth.renew")</script>'],
    ['picture.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['feed.xml', 'application/xml', '<?xml-stylesheet href="evil.xsl"?><x/>'],
    ['form.pdf', 'application/pdf', '%PDF-1.7 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>'],
    ['photo.jpg', 'image/jpeg', '<html><script>alert(1)</script></html>'],
    ['README', 'text/html', '<script>alert(1)</script>'],
    ['lie.txt', 'text/html; charset=utf-7', '+ADw-script+AD4-alert(1)+ADw-/script+AD4-'],
  ])('AT-26: %s of type %s is never shown as a page of ours', async (name, type, content) => {
    const init = { method: 'POST', body: content, headers: { 'content-type': type } };
    const stored = await request(running, `/api/sessions/${sessionId}/files?name=${name}`, init, { token: ada.token });
    expect(stored.status).toBe(201);

    const answer = await download(uploadDto.parse(stored.body).path);

    expect(answer.text).toBe(content);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; filename="[\w .()-]+"; filename\*=UTF-8''[\w.%-]+$/),
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test.each([0, 1, 65_536, 300_001])('of %i bytes comes whole', async (size) => {
    const bytes = Buffer.alloc(size, 'äb');
    await put('a.bin', new Uint8Array(bytes));

    const answer = await download('a.bin');

    expect(answer.headers.get('content-length')).toBe(String(size));
    expect(answer.text).toBe(bytes.toString());
  });

  test.each([
    '',
    '.',
    '..',
    '../outside/secret.txt',
    '/etc/passwd',
    'nothing.txt',
    'a\u0000',
    '..%2foutside%2fsecret.txt',
    'docs',
  ])('at %j is none', async (file) => {
    await mkdir(workspace('docs'), { recursive: true });
    const answer = await download(file);

    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain(secret);
  });
});

describe('a link that leads outside', () => {
  beforeEach(async () => {
    await mkdir(workspace('docs'), { recursive: true });
    await symlink(outside('secret.txt'), workspace('file-link'));
    await symlink(outside(), workspace('directory-link'));
    await symlink(outside(), workspace('docs/etc'));
    await symlink('nowhere', workspace('dangling'));
    await link(outside('secret.txt'), workspace('hard-link'));
    execFileSync('mkfifo', [workspace('pipe')]);
  });

  const ways = [
    'file-link',
    'directory-link/secret.txt',
    'docs/etc/secret.txt',
    'dangling',
    'hard-link',
    'pipe',
    'docs/etc',
  ];

  test.each(ways)('is not read or downloaded by way of %s', async (file) => {
    expect(await refusal(running, ada, 'files.read', { sessionId, path: file })).toMatchObject({
      code: 'file.not_found',
    });
    const answer = await download(file);
    expect([answer.status, wireErrorOf(answer).code]).toEqual([404, 'file.not_found']);
  });

  test('is not listed', async () => {
    const listing = await ask(running, ada, 'files.list', { sessionId }, fileListing);
    expect(listing.entries.map(({ name }) => name)).toEqual(['docs', 'hard-link']);
    for (const file of ['directory-link', 'docs/etc']) {
      expect((await refusal(running, ada, 'files.list', { sessionId, path: file })).code).toBe('file.not_found');
    }
  });

  test('is not written through', async () => {
    for (const directory of ['directory-link', 'docs/etc', 'file-link']) {
      const answer = await upload(running, ada, sessionId, { name: 'planted.txt', content: 'x', query: { directory } });
      expect(answer.status).toBe(404);
    }
    const beside = await put('file-link', 'x');
    expect(beside.path).toBe('file-link (2)');
    expect(await readdir(outside())).toEqual(['secret.txt']);
    expect(await readFile(outside('secret.txt'), 'utf8')).toBe(secret);
  });

  test('is removed itself, and not what it leads to', async () => {
    for (const file of ['file-link', 'directory-link', 'docs']) {
      expect((await call(running, 'files.remove', { sessionId, path: file }, { token: ada.token })).status).toBe(200);
    }
    expect(await refusal(running, ada, 'files.remove', { sessionId, path: '' })).toMatchObject({
      code: 'request.invalid',
    });
    expect(await readFile(outside('secret.txt'), 'utf8')).toBe(secret);
    expect(await readdir(outside())).toEqual(['secret.txt']);
  });

  test.each([
    'read file-link',
    'read directory-link/secret.txt',
    'read hard-link',
    'list files in directory-link',
    'search canary',
    'find *.txt',
    'write file-link: planted',
    'write directory-link/planted.txt: planted',
    'edit file-link: replace canary with planted',
    'read ../../outside/secret.txt',
    'write ../../outside/planted.txt: planted',
  ])('is not followed by the agent when it is told: %s', async (said) => {
    const { runId } = await send(running, ada, sessionId, said);
    await untilRun(running, runId, 'succeeded');

    expect((await call(running, 'sessions.open', { sessionId }, { token: ada.token })).text).not.toContain(secret);
    expect(await readdir(outside())).toEqual(['secret.txt']);
    expect(await readFile(outside('secret.txt'), 'utf8')).toBe(secret);
  });

  test('is not followed when it stands for the workspace itself', async () => {
    await rm(workspace(), { recursive: true });
    await symlink(outside(), workspace());

    expect((await refusal(running, ada, 'files.read', { sessionId, path: 'secret.txt' })).code).toBe('file.not_found');
    expect((await refusal(running, ada, 'files.list', { sessionId })).code).toBe('file.not_found');
    expect((await upload(running, ada, sessionId, { name: 'planted.txt', content: 'x' })).status).toBe(404);
    expect(await readdir(outside())).toEqual(['secret.txt']);
  });
});

describe('what is shown of a file', () => {
  test.each<[string, Uint8Array<ArrayBuffer> | string, string | null]>([
    ['text', 'hällo 😀', 'hällo 😀'],
    ['nothing', '', ''],
    ['bytes', new Uint8Array([0xff, 0xfe, 0xfd]), null],
    ['text with a NUL', 'a\u0000b', null],
    ['half a character', new Uint8Array([0x61, 0xc3]), null],
  ])('%s', async (_name, content, text) => {
    await put('a.txt', content);
    expect(await ask(running, ada, 'files.read', { sessionId, path: 'a.txt' }, fileContent)).toMatchObject({
      text,
      isTruncated: false,
    });
  });

  test('a long text is cut, never within a character', async () => {
    await put('a.txt', `x${'ä'.repeat(300 * 1024)}`);
    const { text, size, isTruncated } = await ask(
      running,
      ada,
      'files.read',
      { sessionId, path: 'a.txt' },
      fileContent,
    );

    expect([size, isTruncated]).toEqual([600 * 1024 + 1, true]);
    expect(text).toBe(`x${'ä'.repeat(256 * 1024 - 1)}`);
  });
});
