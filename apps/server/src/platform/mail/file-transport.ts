import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import type { Logger } from '../telemetry/logger.ts';
import { messageOf } from './mail-message.ts';
import type { MailTransport, Sender } from './mail-transport.ts';
import type { Mail } from './mailer.ts';

/** Mail as files that any mail program opens, while there is no server: for whoever runs the program on a laptop. */
export class FileTransport implements MailTransport {
  readonly isOn = false;
  readonly #directory: string;
  readonly #from: Sender;
  readonly #log: Logger;
  readonly #composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(options: { readonly dataDirectory: string; readonly from: Sender; readonly log: Logger }) {
    this.#directory = path.join(options.dataDirectory, 'mail');
    this.#from = options.from;
    this.#log = options.log;
  }

  async deliver(id: string, mail: Mail): Promise<void> {
    const { message } = await this.#composer.sendMail(messageOf(id, mail, this.#from));
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    // It may have been there before, open to others.
    await chmod(this.#directory, 0o700);
    const file = path.join(this.#directory, `${id}.eml`);
    await writeFile(`${file}.part`, message, { mode: 0o600 });
    await rename(`${file}.part`, file);
    this.#log.info({ file: `mail/${id}.eml` }, 'there is no mail server: a mail was written to the data directory');
  }
}
