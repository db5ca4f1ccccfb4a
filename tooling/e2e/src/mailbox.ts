import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A real mail server on this machine that keeps what it gets. */
export class Mailbox implements AsyncDisposable {
  readonly #server: SMTPServer;
  readonly #mails: { readonly to: readonly string[]; readonly mail: Email }[] = [];

  private constructor() {
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', async () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          this.#mails.push({ to, mail: await PostalMime.parse(Buffer.concat(chunks)) });
          callback();
        });
      },
    });
    // A program that is killed in the middle of a mail is no failure of the test.
    this.#server.on('error', () => undefined);
  }

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    await new Promise<void>((resolve) => mailbox.#server.listen(0, '127.0.0.1', resolve));
    return mailbox;
  }

  /** What a program needs to send its mail here. */
  get settings(): Record<string, string> {
    const { port } = this.#server.server.address() as AddressInfo; // it listens on a port, not on a pipe
    return { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'Atelier <atelier@example.com>' };
  }

  /** The newest mail to somebody whose subject is that, once it has come. */
  async waitFor(to: string, subject: string | RegExp): Promise<Email> {
    for (let waited = 0; waited < 30_000; waited += 50) {
      const found = this.#mails.findLast(({ to: recipients, mail }) => {
        const title = mail.subject ?? '';
        const isIt = typeof subject === 'string' ? title === subject : subject.test(title);
        return isIt && recipients.includes(to);
      });
      if (found) return found.mail;
      await sleep(50);
    }
    throw new Error(`No mail "${subject}" came for ${to}; got: ${this.#mails.map(({ mail }) => mail.subject)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** The link in a mail: there is only one. */
export function linkIn(mail: Email): string {
  const link = /https?:\/\/\S+/.exec(mail.text ?? '')?.[0];
  if (link === undefined) throw new Error('The mail has no link.');
  return link;
}
