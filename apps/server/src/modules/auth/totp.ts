import { generateSecret, generateURI, verifySync } from 'otplib';

/** RFC 6238 as every authenticator app takes it without being told: SHA-1, six digits, thirty seconds. */
const stepSeconds = 30;
/** 160 bits, the length of the hash: RFC 4226, section 4. */
const secretBytes = 20;

/** A new secret, in base32. */
export function newTotpSecret(): string {
  return generateSecret({ length: secretBytes });
}

/** What an authenticator app reads from a picture. */
export function totpAddress(secret: string, email: string): string {
  return generateURI({ issuer: 'Atelier', label: email, secret });
}

/** The time step whose code this is: the current one, the one before or the one after; null: none of them. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  const epoch = Math.floor(now.getTime() / 1000);
  const result = verifySync({ secret, token: code, epoch, epochTolerance: stepSeconds });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}
