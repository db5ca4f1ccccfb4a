import { setTimeout as sleep } from 'node:timers/promises';
import { generateSync } from 'otplib';

const stepMs = 30_000;

/** An app that shows codes. A code works once, so it never shows one twice; the server takes those of a step around now. */
export class AuthenticatorApp {
  readonly #secret: string;
  #lastStep = 0;

  /** `secret` as it is shown, in groups. */
  constructor(secret: string) {
    this.#secret = secret.replaceAll(/\s/g, '');
  }

  async code(): Promise<string> {
    for (;;) {
      // The code of the step before is about to be too old when this step ends.
      const earliest = Math.floor((Date.now() + 5000) / stepMs) - 1;
      const step = Math.max(this.#lastStep + 1, earliest);
      if (step <= Math.floor(Date.now() / stepMs) + 1) {
        this.#lastStep = step;
        return generateSync({ secret: this.#secret, epoch: (step * stepMs) / 1000 });
      }
      await sleep(500);
    }
  }
}
