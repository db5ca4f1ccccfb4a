import type {
  AssertionOptions,
  AssertionResponse,
  AttestationResponse,
  RegistrationOptions,
} from '@atelier/contracts/passkeys';
import { assertionOptions, registrationOptions } from '@atelier/contracts/passkeys';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { hashLinkSecret, newLinkSecret } from '../../platform/secrets/link-secrets.ts';
import type { AuditLog } from '../audit/index.ts';
import { type HeldChallenge, newBrowserSecret } from './challenge-cookie.ts';
import type { ChallengePurpose } from './one-time-purposes.ts';
import type { OneTimeTokensRepository } from './one-time-tokens.repository.ts';
import type { PasskeyRow, PasskeysRepository } from './passkeys.repository.ts';

const lifetimeMs = 5 * 60_000;

export interface PasskeyCeremoniesDeps {
  readonly tokens: OneTimeTokensRepository;
  readonly passkeys: PasskeysRepository;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** Where people reach us, from the configuration: passkeys belong to its host, and work on pages of its origin only. */
  readonly publicUrl: () => string;
}

type PasskeyPurpose = Extract<ChallengePurpose, `passkey_${string}`>;

/** What a challenge is for, and whose passkey has to answer it; null: whoever it turns out to be. */
export interface Ceremony {
  readonly purpose: PasskeyPurpose;
  readonly userId: string | null;
}

/** A challenge that was given out, for the cookie that binds it to this browser. */
export interface GivenChallenge {
  readonly challenge: string;
  readonly browser: string;
  readonly expiresAt: Date;
}

export interface NewCredential {
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly isBackedUp: boolean;
}

/**
 * The two ceremonies of WebAuthn: making a passkey, and using one. A challenge works once, within five minutes, for one
 * purpose and in the browser that was given it. The person behind the passkey has to be verified by their device.
 */
export class PasskeyCeremonies {
  readonly #deps: PasskeyCeremoniesDeps;
  constructor(deps: PasskeyCeremoniesDeps) {
    this.#deps = deps;
  }

  async startMaking(
    op: Operation,
    person: { readonly userId: string; readonly email: string; readonly name: string },
  ): Promise<{ readonly options: RegistrationOptions; readonly given: GivenChallenge }> {
    const { userId, email, name } = person;
    const given = await this.#give(op, { purpose: 'passkey_registration', userId });
    const known = await this.#deps.passkeys.list(op, userId);
    const options = await generateRegistrationOptions({
      rpName: 'Atelier',
      rpID: this.#host,
      userID: userHandle(userId),
      userName: email,
      userDisplayName: name,
      challenge: Buffer.from(given.challenge, 'base64url'),
      timeout: lifetimeMs,
      attestationType: 'none',
      excludeCredentials: known.map(descriptor),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    const { rp, user, challenge, pubKeyCredParams, timeout, attestation, excludeCredentials } = options;
    const authenticatorSelection = { residentKey: 'required', userVerification: 'required' };
    const fields = { rp, user, challenge, pubKeyCredParams, timeout, attestation, excludeCredentials };
    return { options: registrationOptions.parse({ ...fields, authenticatorSelection }), given };
  }

  /** @throws AppError `auth.passkey_refused`. */
  async finishMaking(
    op: Operation,
    userId: string,
    held: HeldChallenge | null,
    response: AttestationResponse,
  ): Promise<NewCredential> {
    const challenge = await this.#take(op, { purpose: 'passkey_registration', userId }, held);
    const verified = await verifyRegistrationResponse({
      response: { ...response, response: defined(response.response) },
      expectedChallenge: challenge,
      expectedOrigin: this.#origin,
      expectedRPID: this.#host,
      requireUserVerification: true,
    }).catch((cause: unknown) => {
      throw new AppError('auth.passkey_refused', { cause });
    });
    if (!verified.verified) throw new AppError('auth.passkey_refused');
    const { credential, credentialBackedUp } = verified.registrationInfo;
    return {
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: response.response.transports ?? [],
      isBackedUp: credentialBackedUp,
    };
  }

  async startUsing(
    op: Operation,
    ceremony: Ceremony,
  ): Promise<{ readonly options: AssertionOptions; readonly given: GivenChallenge }> {
    const given = await this.#give(op, ceremony);
    const known = ceremony.userId === null ? [] : await this.#deps.passkeys.list(asSystem(op), ceremony.userId);
    const { challenge, timeout, rpId, allowCredentials } = await generateAuthenticationOptions({
      rpID: this.#host,
      challenge: Buffer.from(given.challenge, 'base64url'),
      timeout: lifetimeMs,
      allowCredentials: known.map(descriptor),
      userVerification: 'required',
    });
    const options = {
      challenge,
      timeout,
      rpId,
      userVerification: 'required',
      allowCredentials: allowCredentials ?? [],
    };
    return { options: assertionOptions.parse(options), given };
  }

  /** Whose passkey it is that answered. @throws AppError `auth.passkey_refused`. */
  async use(
    op: Operation,
    ceremony: Ceremony,
    held: HeldChallenge | null,
    response: AssertionResponse,
  ): Promise<{ readonly userId: string }> {
    const { passkeys, clock } = this.#deps;
    const system = asSystem(op);
    const challenge = await this.#take(system, ceremony, held);
    const passkey = await passkeys.findByCredential(system, Buffer.from(response.id, 'base64url'));
    if (!passkey || (ceremony.userId !== null && passkey.userId !== ceremony.userId)) throw refused();
    const handle = response.response.userHandle;
    if (handle !== undefined && handle !== Buffer.from(userHandle(passkey.userId)).toString('base64url'))
      throw refused();
    const verified = await verifyAuthenticationResponse({
      response: { ...response, response: defined(response.response) },
      expectedChallenge: challenge,
      expectedOrigin: this.#origin,
      expectedRPID: this.#host,
      requireUserVerification: true,
      // The counter is compared where it is stored, in one step: see below.
      credential: { id: response.id, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
    }).catch((cause: unknown) => {
      throw new AppError('auth.passkey_refused', { cause });
    });
    if (!verified.verified) throw refused();
    const { newCounter: counter, credentialBackedUp: isBackedUp } = verified.authenticationInfo;
    if (!(await passkeys.noteUse(system, passkey.id, { counter, isBackedUp, at: clock.now() }))) {
      await this.#tellOfCopy(system, passkey, counter);
      throw refused();
    }
    return { userId: passkey.userId };
  }

  async #give(op: Operation, { purpose, userId }: Ceremony): Promise<GivenChallenge> {
    const { tokens, clock } = this.#deps;
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + lifetimeMs);
    const challenge = newLinkSecret();
    const { browser, browserHash } = newBrowserSecret();
    const tokenHash = hashLinkSecret(challenge);
    await tokens.insert(asSystem(op), { purpose, userId, tokenHash, browserHash, payload: {}, createdAt, expiresAt });
    return { challenge, browser, expiresAt };
  }

  async #take(op: Operation, { purpose, userId }: Ceremony, held: HeldChallenge | null): Promise<string> {
    const { tokens, clock } = this.#deps;
    if (!held) throw refused();
    const row = await tokens.take(asSystem(op), purpose, hashLinkSecret(held.challenge), clock.now());
    if (!row?.browserHash?.equals(held.browserHash) || row.userId !== userId) throw refused();
    return held.challenge;
  }

  /** A counter that goes back: the key was copied, or two authenticators share it. */
  async #tellOfCopy(op: Operation, passkey: PasskeyRow, counter: number): Promise<void> {
    await this.#deps.audit.recordInstallation(op, {
      action: 'sign_in.failed',
      target: { kind: 'user', id: passkey.userId },
      outcome: 'denied',
      reason: 'passkey_counter',
      before: { counter: passkey.counter },
      after: { counter },
    });
  }

  get #host(): string {
    return new URL(this.#deps.publicUrl()).hostname;
  }

  get #origin(): string {
    return new URL(this.#deps.publicUrl()).origin;
  }
}

function refused(): AppError {
  return new AppError('auth.passkey_refused');
}

/** What an authenticator keeps of a person: their id, which means nothing elsewhere. */
function userHandle(userId: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(userId.replaceAll('-', ''), 'hex'));
}

function descriptor({ credentialId, transports }: PasskeyRow) {
  return { id: credentialId.toString('base64url'), transports: [...transports] };
}

/** The library tells a field that is undefined from one that is missing. */
function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // Every entry that is undefined is left out, which is what the type says.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
