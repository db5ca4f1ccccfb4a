import type { Operation } from '@atelier/entities/operation';
import * as z from 'zod';

/** No character that could begin another header, or another line of a name. */
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u;

export const mailSchema = z.strictObject({
  /** One address, without a name. */
  to: z.email().max(254),
  subject: z.string().max(250).regex(oneLine),
  text: z.string().min(1).max(20_000),
  html: z.string().max(50_000).optional(),
});
export type Mail = z.infer<typeof mailSchema>;

/** What modules send mail by. */
export interface Mailer {
  /** Whether mail reaches people; otherwise it is written to files, for whoever runs the program. */
  readonly isOn: boolean;
  /**
   * Sends a mail after the operation's transaction has committed, and never when it has not. Returns before anybody
   * was asked to deliver it: how long it takes says nothing about the address.
   * @throws Error when address or subject would make another mail of it.
   */
  send(op: Operation, mail: Mail): Promise<void>;
  /** Does the work of sending a mail, and sends none: what takes as long for nobody tells nothing by the clock. */
  pretend(op: Operation): Promise<void>;
}
