import { randomBytes } from 'node:crypto';

/** A secret that is nowhere else, with the characters that encodings change. */
export function newCanary(): string {
  return `canary-${randomBytes(24).toString('base64url')}+/ "\\`;
}

/** Every way in which a secret may be seen: as it is, in base64 at any offset, in hex, in a URL, in JSON. */
export function facesOf(secret: string | Buffer): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = [0, 1, 2].flatMap((offset) => {
    // What stands before and behind it changes the first and the last characters: those between stay.
    const inner = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = bytes.toString('hex');
  const texts =
    typeof secret === 'string' ? [secret, encodeURIComponent(secret), encodeURI(secret), asJson(secret)] : [];
  return [...new Set([...texts, ...encoded, hex, hex.toUpperCase()])].filter((face) => face.length >= 12);
}

/** Twice: a line of the log is JSON and may hold JSON. */
function asJson(text: string): string {
  return JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1);
}
