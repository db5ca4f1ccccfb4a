import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { keepOnce } from './kept-file.ts';

/**
 * The secret that signs access tokens and derives refresh tokens: from the configuration, else made once and kept
 * in the data directory, readable by its owner only. Losing it signs everybody out and loses nothing else.
 */
export async function loadSigningSecret(configured: string | null, dataDirectory: string): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  if (configured !== null) return encoder.encode(configured);
  const kept = await keepOnce(path.join(dataDirectory, 'auth-secret'), () => randomBytes(32).toString('base64url'));
  if (kept.length < 32) throw new Error('The file auth-secret in the data directory holds no secret.');
  return encoder.encode(kept);
}
