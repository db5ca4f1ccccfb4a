import type { Mail } from './mailer.ts';

/** Who mail is from. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** A way to get one mail out. `id` is the same for each try, so that a reader's program can tell a repetition. */
export interface MailTransport {
  readonly isOn: boolean;
  /** @throws MailNotDelivered. */
  deliver(id: string, mail: Mail): Promise<void>;
}

/** Says what the server answered, without its words: they hold the address. */
export class MailNotDelivered extends Error {
  override readonly name = 'MailNotDelivered';
  /** Such as `ECONNECTION`, `EAUTH`, `EENVELOPE`. */
  readonly code: string;
  /** The number of SMTP, if the server said one. */
  readonly reply: number | null;
  /** Whether another try can only get the same answer. */
  readonly isFinal: boolean;

  constructor(facts: { readonly code: string; readonly reply: number | null; readonly isFinal: boolean }) {
    super('A mail was not delivered.');
    this.code = facts.code;
    this.reply = facts.reply;
    this.isFinal = facts.isFinal;
  }
}
