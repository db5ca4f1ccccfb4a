import { createHash, randomBytes } from 'node:crypto';

const howMany = 10;
const bytes = 16;

/** Ten codes of 128 random bits, in groups of four that can be read aloud. */
export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: howMany }, () => (randomBytes(bytes).toString('hex').match(/.{4}/g) ?? []).join('-'));
}

/** What is stored of one. So many random bits need no slow hash. */
export function hashRecoveryCode(code: string): Buffer {
  return createHash('sha256').update(code.replaceAll('-', '')).digest();
}
