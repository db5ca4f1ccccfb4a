import { expect } from 'vitest';
import type { MailServer } from './mail-server.ts';
import { type RunningProgram, type StartOptions, startProgram } from './running-program.ts';

/** The program with this mail server; mail is delivered by itself within a second. */
export async function startWithMail(server: MailServer, options: StartOptions = {}): Promise<RunningProgram> {
  const env = { SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'Atelier <bot@example.com>', ...options.env };
  return await startProgram({ ...options, env });
}

/** What this address was written so far, once there are `count` mails. */
export async function mailsTo(server: MailServer, email: string, count = 1) {
  const own = () => server.received.filter(({ to }) => to.includes(email)).map(({ mail }) => mail);
  await expect.poll(() => own().length, { timeout: 20_000, interval: 20 }).toBe(count);
  return own();
}

/** The secret in the link of the last of `count` mails to this address; the link is ours and leads to `path`. */
export async function secretMailedTo(
  server: MailServer,
  running: Pick<RunningProgram, 'port'>,
  opts: { readonly email: string; readonly path: string; readonly count?: number },
): Promise<string> {
  const mail = (await mailsTo(server, opts.email, opts.count)).at(-1);
  const [link = ''] = /^https?:.*$/m.exec(mail?.text ?? '') ?? [];
  const [address, secret = ''] = link.split('#');
  expect(address).toBe(`http://localhost:${running.port}${opts.path}`);
  return secret;
}
