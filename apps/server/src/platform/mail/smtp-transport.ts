import { createTransport, type Transporter } from 'nodemailer';
import { messageOf } from './mail-message.ts';
import { MailNotDelivered, type MailTransport, type Sender } from './mail-transport.ts';
import type { Mail } from './mailer.ts';

export interface SmtpOptions {
  /** `smtp:` or `smtps:`, with user and password if the server asks for them. */
  readonly url: string;
  /** Otherwise TLS is used where it is offered, by whatever certificate: it could as well be none. */
  readonly requiresTls: boolean;
  readonly from: Sender;
}

/** Mail by SMTP: one connection a mail. Every wait ends, so that a try ends long before the queue thinks it lost. */
export class SmtpTransport implements MailTransport {
  readonly isOn = true;
  readonly #transporter: Transporter;
  readonly #from: Sender;

  constructor(options: SmtpOptions) {
    const { protocol, hostname, port, username, password } = new URL(options.url);
    const isSecure = protocol === 'smtps:';
    this.#from = options.from;
    this.#transporter = createTransport({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (isSecure ? 465 : 587) : Number(port),
      secure: isSecure,
      requireTLS: options.requiresTls,
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: options.requiresTls },
      ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
      dnsTimeout: 10_000,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
    });
  }

  async deliver(id: string, mail: Mail): Promise<void> {
    try {
      await this.#transporter.sendMail(messageOf(id, mail, this.#from));
    } catch (error) {
      throw notDelivered(error);
    }
  }
}

/** nodemailer's errors hold the address and what the server said of it; ours do not, nor do they keep theirs. */
function notDelivered(error: unknown): MailNotDelivered {
  if (!(error instanceof Error)) return new MailNotDelivered({ code: 'unknown', reply: null, isFinal: false });
  const code = 'code' in error ? String(error.code) : 'unknown';
  const reply = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : null;
  const isPermanent = 'permanent' in error && error.permanent === true;
  // Only what was said of this mail is final: a password or a certificate may be mended before the next try.
  return new MailNotDelivered({ code, reply, isFinal: isPermanent && (code === 'EENVELOPE' || code === 'EMESSAGE') });
}
