import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { newId } from '@atelier/kernel/ids';
import PostalMime from 'postal-mime';
import { describe, expect, test, vi } from 'vitest';
import type { Mail } from '../src/platform/mail/mailer.ts';
import { SmtpTransport } from '../src/platform/mail/smtp-transport.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

const op = { principal: { kind: 'system' } } as const;
const link = 'https://atelier.example.com/auth/reset#canary-3fV9xQ2mK7tLr4wZs8NdB1yHc6';
const mail: Mail = {
  to: 'ada@example.com',
  subject: 'Grüße – set a new password',
  text: `Hello,\n\n${link}\n\nÜber 30 Minuten.\n.\nA line of one dot.`,
  html: `<p><a href="${link}">Set a new password</a></p>`,
};
const from = { name: 'Atelier Team', address: 'bot@example.com' };

/** The program with a mail server at this port. */
async function startSending(port: number, credentials = ''): Promise<RunningProgram> {
  return await startProgram({
    roles: { server: false, worker: true },
    env: { SMTP_URL: `smtp://${credentials}127.0.0.1:${port}`, MAIL_FROM: 'Atelier Team <bot@example.com>' },
  });
}

interface Job {
  readonly state: string;
  readonly retry_count: number;
  readonly row: string;
}
async function jobsOf(running: RunningProgram): Promise<readonly Job[]> {
  const { rows } = await running.database.pool.query<Job>(
    `SELECT state::text, retry_count, job::text AS row FROM jobs.job WHERE name = 'mail' ORDER BY created_on, id`,
  );
  return rows;
}

const until = (what: () => unknown) => expect.poll(what, { timeout: 20_000, interval: 20 });
const statesOf = async (running: RunningProgram) => (await jobsOf(running)).map(({ state }) => state);

/** Lets jobs that wait for their next try be tried now. */
async function hurry(running: RunningProgram): Promise<void> {
  await running.database.pool.query(`UPDATE jobs.job SET start_after = now() WHERE name = 'mail' AND state = 'retry'`);
}

/** Everything this program logged about mail. */
function logged(running: RunningProgram): () => string {
  const warn = vi.spyOn(running.program.log, 'warn');
  const info = vi.spyOn(running.program.log, 'info');
  return () => JSON.stringify([running.errors, warn.mock.calls, info.mock.calls]);
}

async function unusedPort(): Promise<number> {
  await using server = await startMailServer();
  return server.port;
}

describe('a mail', () => {
  test('arrives once, as it was written', async () => {
    await using server = await startMailServer();
    await using running = await startSending(server.port);
    expect(running.program.mailer.isOn).toBe(true);

    await running.program.mailer.send(op, mail);
    await until(() => statesOf(running)).toEqual(['completed']);

    expect(server.received).toHaveLength(1);
    const [received] = server.received;
    expect(received).toMatchObject({ from: 'bot@example.com', to: ['ada@example.com'], isEncrypted: true, user: null });
    expect(received?.mail).toMatchObject({
      from,
      to: [{ address: mail.to }],
      subject: mail.subject,
      text: `${mail.text}\n`,
      messageId: expect.stringMatching(/^<[0-9a-f-]{36}@example\.com>$/),
    });
    expect(received?.mail.html).toContain(mail.html);
    const headers = new Map(received?.mail.headers.map(({ key, value }) => [key, value]));
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect([...headers.keys()]).not.toContain('x-mailer');
  });

  test('is sent with the fact it belongs to, or not at all', async () => {
    await using server = await startMailServer();
    await using running = await startSending(server.port);
    const { db } = running.program.postgres;

    const failed = db.transaction(op, async (op) => {
      await running.program.mailer.send(op, { ...mail, subject: 'of a fact that did not happen' });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await db.transaction(op, async (op) => await running.program.mailer.send(op, mail));

    await until(() => server.received.map((each) => each.mail.subject)).toEqual([mail.subject]);
    expect(await jobsOf(running)).toHaveLength(1);
  });

  test('waits in the queue without a word of it to be read, also after it could not be delivered', async () => {
    const port = await unusedPort();
    await using running = await startSending(port);
    const everything = logged(running);

    await running.program.mailer.send(op, mail);
    await until(() => statesOf(running)).toEqual(['retry']);

    const [job] = await jobsOf(running);
    expect(job?.row).toContain('v1.');
    const { rows } = await running.database.pool.query(`SELECT * FROM jobs.job WHERE name = 'mail'`);
    for (const text of [job?.row, JSON.stringify(rows), everything()]) {
      for (const hidden of ['canary', 'ada', 'example.com/auth', 'password']) expect(text).not.toContain(hidden);
    }
    expect(everything()).toContain('could not be delivered yet');
  });

  test('that finds no server is delivered when there is one again', async () => {
    const port = await unusedPort();
    await using running = await startSending(port);
    await running.program.mailer.send(op, mail);
    await until(() => statesOf(running)).toEqual(['retry']);

    await using server = await startMailServer({ port });
    await hurry(running);

    await until(() => statesOf(running)).toEqual(['completed']);
    expect(server.received.map((each) => each.mail.text)).toEqual([`${mail.text}\n`]);
    expect(running.errors).toEqual([]);
  });

  test('to nobody is given up at once and holds up no other; the log names neither the address nor the answer', async () => {
    await using server = await startMailServer({ refuse: (address) => (address === mail.to ? 550 : null) });
    await using running = await startSending(server.port);
    const everything = logged(running);

    await running.program.mailer.send(op, mail);
    await running.program.mailer.send(op, { ...mail, to: 'bea@example.com' });
    await until(() => statesOf(running)).toEqual(['completed', 'completed']);

    expect(server.received.map(({ to }) => to)).toEqual([['bea@example.com']]);
    expect(server.recipients.filter((address) => address === mail.to)).toHaveLength(1);
    expect(running.errors).toEqual([expect.objectContaining({ attempt: 1, code: 'EENVELOPE', reply: 550 })]);
    for (const hidden of ['ada@', 'nobody here', 'canary']) expect(everything()).not.toContain(hidden);
  });

  test('that is put off is tried five times, alone, and then given up', async () => {
    await using server = await startMailServer({ refuse: (address) => (address === mail.to ? 450 : null) });
    await using running = await startSending(server.port);

    await running.program.mailer.send(op, mail);
    await running.program.mailer.send(op, { ...mail, to: 'bea@example.com' });
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await until(async () => (await jobsOf(running)).find(({ state }) => state === 'retry')?.retry_count).toBe(
        attempt - 1,
      );
      await hurry(running);
    }
    await until(() => statesOf(running)).toEqual(['completed', 'completed']);

    expect(server.recipients.filter((address) => address === mail.to)).toHaveLength(5);
    expect(server.received.map(({ to }) => to)).toEqual([['bea@example.com']]);
    expect(running.errors).toEqual([expect.objectContaining({ attempt: 5, reply: 450 })]);
  });

  test('that is on its way when the program stops is not sent again', async () => {
    let running: RunningProgram | null = null;
    let halting: Promise<void> | null = null;
    await using server = await startMailServer({
      // A server that takes its time, while the program stops.
      beforeTaking: async () => {
        halting ??= running?.halt() ?? null;
        await sleep(500);
      },
    });
    running = await startSending(server.port);
    await using _stopped = running;
    await running.program.mailer.send(op, mail);
    await until(() => halting).not.toBeNull();
    await halting;

    expect(await statesOf(running)).toEqual(['completed']);
    expect(server.received).toHaveLength(1);
  });

  test('that would become another mail is refused before it is queued', async () => {
    await using running = await startSending(1);
    const changes: readonly Partial<Mail>[] = [
      { subject: 'Hello\r\nBcc: eve@example.com' },
      { subject: 'Hello\nX' },
      { subject: 'Hello\u2028X' },
      { subject: '' },
      { to: 'ada@example.com\r\nBcc: eve@example.com' },
      { to: 'ada@example.com, eve@example.com' },
      { to: 'Ada <ada@example.com>' },
      { to: 'ada\u0000@example.com' },
      { to: 'ada' },
    ];

    for (const change of changes) {
      await expect(running.program.mailer.send(op, { ...mail, ...change }), JSON.stringify(change)).rejects.toThrow(
        `A mail with a ${Object.keys(change)[0]} that cannot be sent.`,
      );
    }
    expect(await jobsOf(running)).toEqual([]);
  });

  test('is a file for its owner only, while there is no server', async () => {
    await using running = await startProgram({ roles: { server: false, worker: true } });
    expect(running.program.mailer.isOn).toBe(false);
    const directory = path.join(running.dataDirectory, 'mail');

    await running.program.mailer.send(op, mail);
    await until(() => statesOf(running)).toEqual(['completed']);

    const [name = '', ...others] = await readdir(directory);
    expect([name, others]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}\.eml$/), []]);
    const file = path.join(directory, name);
    expect([(await stat(file)).mode & 0o777, (await stat(directory)).mode & 0o777]).toEqual([0o600, 0o700]);
    const raw = await readFile(file, 'utf8');
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(await PostalMime.parse(raw)).toMatchObject({
      from: { name: 'Atelier' },
      to: [{ address: mail.to }],
      subject: mail.subject,
      text: `${mail.text}\n`,
    });
  });
});

describe('a mail server', () => {
  const login = { user: 'bot@example.com', password: 'p#ss:w/rd' };
  const credentials = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;
  const transportTo = (server: MailServer, options: { readonly requiresTls: boolean; readonly scheme?: string }) =>
    new SmtpTransport({
      url: `${options.scheme ?? 'smtp'}://${credentials}localhost:${server.port}`,
      requiresTls: options.requiresTls,
      from,
    });

  test('that asks for a password gets it, encrypted where it can be', async () => {
    await using server = await startMailServer({ login });
    await using running = await startSending(server.port, credentials);

    await running.program.mailer.send(op, mail);
    await until(() => server.received.map(({ user, isEncrypted }) => ({ user, isEncrypted }))).toEqual([
      { user: login.user, isEncrypted: true },
    ]);
    expect(server.tried).toEqual([{ ...login, isEncrypted: true }]);
  });

  test('that does not take the password is tried again: it may be mended', async () => {
    await using server = await startMailServer({ login: { ...login, password: 'another' } });
    await expect(transportTo(server, { requiresTls: false }).deliver(newId(), mail)).rejects.toMatchObject({
      code: 'EAUTH',
      reply: 535,
      isFinal: false,
    });
  });

  test('elsewhere that offers no TLS gets neither the mail nor the password', async () => {
    await using server = await startMailServer({ login, tls: 'none' });
    await expect(transportTo(server, { requiresTls: true }).deliver(newId(), mail)).rejects.toMatchObject({
      code: 'ETLS',
      isFinal: false,
    });
    expect([server.tried, server.recipients, server.received]).toEqual([[], [], []]);

    await transportTo(server, { requiresTls: false }).deliver(newId(), mail);
    expect(server.received.map(({ isEncrypted }) => isEncrypted)).toEqual([false]);
  });

  test('elsewhere is believed when an authority vouches for it, and not otherwise', async () => {
    const own = await certificate();
    await using server = await startMailServer({ login, tls: own });
    const transport = transportTo(server, { requiresTls: true });
    await expect(transport.deliver(newId(), mail)).rejects.toMatchObject({ isFinal: false });
    expect([server.tried, server.received]).toEqual([[], []]);

    const authorities = getCACertificates('default');
    setDefaultCACertificates([...authorities, own.cert]);
    try {
      await transport.deliver(newId(), mail);
    } finally {
      setDefaultCACertificates(authorities);
    }
    expect(server.received.map(({ isEncrypted, user }) => ({ isEncrypted, user }))).toEqual([
      { isEncrypted: true, user: login.user },
    ]);
  });
});

async function certificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'atelier-certificate-'));
  const [key, cert] = [path.join(directory, 'key.pem'), path.join(directory, 'cert.pem')];
  try {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(directory, { recursive: true });
  }
}
