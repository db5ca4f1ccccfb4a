import type {
  AssertionOptions,
  AssertionResponse,
  AttestationResponse,
  RegistrationOptions,
} from '@atelier/contracts/passkeys';
import i18next from 'i18next';

/** The browser gave no passkey, in words for people. */
export class PasskeyProblem extends Error {
  override readonly name = 'PasskeyProblem';
}

export const hasPasskeys = (): boolean => 'PublicKeyCredential' in window;

/** Lets the person use a passkey. @throws PasskeyProblem when they turn away, or the browser cannot. */
export async function askForPasskey(options: AssertionOptions): Promise<AssertionResponse> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  return await said(() => startAuthentication({ optionsJSON: options }));
}

/** Lets the person make a passkey. @throws PasskeyProblem when they turn away, have it already, or the browser cannot. */
export async function makePasskey(options: RegistrationOptions): Promise<AttestationResponse> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  return await said(() => startRegistration({ optionsJSON: options }));
}

async function said<T>(prompt: () => Promise<T>): Promise<T> {
  try {
    return await prompt();
  } catch (error) {
    const isKnown = error instanceof Error && error.name === 'InvalidStateError';
    throw new PasskeyProblem(i18next.t(isKnown ? 'passkey.known' : 'passkey.notUsed'), { cause: error });
  }
}
