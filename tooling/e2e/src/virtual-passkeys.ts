import type { CDPSession, Page } from '@playwright/test';

/** The passkeys of a page, kept by Chromium's own virtual authenticator: nobody has to touch anything. */
export class VirtualPasskeys {
  readonly #session: CDPSession;
  readonly #authenticatorId: string;

  private constructor(session: CDPSession, authenticatorId: string) {
    this.#session = session;
    this.#authenticatorId = authenticatorId;
  }

  static async plugIn(page: Page): Promise<VirtualPasskeys> {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new VirtualPasskeys(session, authenticatorId);
  }

  /** How many it keeps. */
  async count(): Promise<number> {
    const { credentials } = await this.#session.send('WebAuthn.getCredentials', {
      authenticatorId: this.#authenticatorId,
    });
    return credentials.length;
  }

  /** From now on the device does not know the person: as when the wrong finger is shown. */
  async refuse(isRefused: boolean): Promise<void> {
    await this.#session.send('WebAuthn.setUserVerified', {
      authenticatorId: this.#authenticatorId,
      isUserVerified: !isRefused,
    });
  }
}
