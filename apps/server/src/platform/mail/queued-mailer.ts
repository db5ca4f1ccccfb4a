import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';
import type { Attempt, JobQueue, Jobs } from '../jobs/job-queue.ts';
import { type KeyRing, UnsealError } from '../secrets/key-ring.ts';
import type { Logger } from '../telemetry/logger.ts';
import { MailNotDelivered, type MailTransport } from './mail-transport.ts';
import { type Mail, type Mailer, mailSchema } from './mailer.ts';

export interface QueuedMailerDeps {
  readonly jobs: JobQueue;
  readonly keys: KeyRing;
  readonly transport: MailTransport;
  readonly log: Logger;
}

/**
 * Mail through the job queue. The job holds links that let somebody in, so what it carries is sealed. A mail is delivered
 * once, or once more when a process dies between delivering it and saying so; the `Message-ID` is the same then.
 */
export class QueuedMailer implements Mailer {
  readonly #deps: QueuedMailerDeps;

  constructor(deps: QueuedMailerDeps) {
    this.#deps = deps;
  }

  get isOn(): boolean {
    return this.#deps.transport.isOn;
  }

  async send(op: Operation, mail: Mail): Promise<void> {
    const checked = mailSchema.safeParse(mail);
    if (!checked.success) {
      throw new Error(`A mail with a ${checked.error.issues[0]?.path.join('.')} that cannot be sent.`);
    }
    await this.#queue(op, checked.data);
  }

  async pretend(op: Operation): Promise<void> {
    await this.#queue(op, null);
  }

  /** Delivers what waits, in this process too. */
  async work(): Promise<void> {
    await this.#deps.jobs.workEach('mail', async (job, attempt) => await this.#deliver(job, attempt));
  }

  async #queue(op: Operation, mail: Mail | null): Promise<void> {
    const id = newId();
    await this.#deps.jobs.send(op, 'mail', { id, sealed: this.#deps.keys.seal('mail', id, JSON.stringify(mail)) });
  }

  async #deliver({ id, sealed }: Jobs['mail'], attempt: Attempt): Promise<void> {
    const { keys, transport, log } = this.#deps;
    try {
      const mail = mailSchema.nullable().parse(JSON.parse(keys.open('mail', id, sealed).toString()));
      if (mail) await transport.deliver(id, mail);
    } catch (error) {
      // Neither the address nor what the server said about it is logged.
      const facts = { mail: id, attempt: attempt.number, ...factsOf(error) };
      if (attempt.isLast || facts.isFinal) {
        log.error(facts, 'a mail could not be delivered and is given up');
        return;
      }
      log.warn(facts, 'a mail could not be delivered yet');
      throw error;
    }
  }
}

function factsOf(error: unknown): { readonly code: string; readonly reply: number | null; readonly isFinal: boolean } {
  if (error instanceof MailNotDelivered) return { code: error.code, reply: error.reply, isFinal: error.isFinal };
  if (error instanceof UnsealError) return { code: error.reason, reply: null, isFinal: true };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return { code, reply: null, isFinal: false };
}
