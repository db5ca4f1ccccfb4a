import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The secret that signs access tokens and derives refresh tokens: from the configuration, else made once and kept
 * in the data directory, readable by its owner only. Losing it signs everybody out and loses nothing else.
 */
export async function loadSigningSecret(configured: string | null, dataDirectory: string): Promise<Uint8Array> {
  if (configured !== null) return new TextEncoder().encode(configured);
  const file = path.join(dataDirectory, 'auth-secret');
  const kept = await read(file);
  if (kept) return kept;

  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const candidate = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(candidate, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  // `link` fails when another process was first, and then its secret is the one: never two.
  await link(candidate, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(candidate);
  const made = await read(file);
  if (!made) throw new Error('The signing secret could not be kept in the data directory.');
  return made;
}

async function read(file: string): Promise<Uint8Array | null> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    return text.length >= 32 ? new TextEncoder().encode(text) : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
