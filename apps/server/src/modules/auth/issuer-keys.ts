import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';

const timeoutMs = 5000;
/** A key that is not known is asked for at most this often: tokens with made-up names must not become requests. */
const cooldownMs = 30_000;
const keptMs = 10 * 60_000;
const maxDocumentBytes = 256 * 1024;

/** The issuer cannot be asked: nothing is known of the token. */
export class IssuerDown extends Error {
  override readonly name = 'IssuerDown';
}

const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** The public keys of an issuer: fetched when they are first needed, kept, and fetched again for a name that is new. */
export function issuerKeys(where: { readonly issuer: string; readonly jwksUri: string | null }): JWTVerifyGetKey {
  let remote: Promise<JWTVerifyGetKey> | null = null;
  return async (header, token) => {
    remote ??= jwksAddress(where).then((address) =>
      createRemoteJWKSet(address, {
        timeoutDuration: timeoutMs,
        cooldownDuration: cooldownMs,
        cacheMaxAge: keptMs,
      }),
    );
    const asked = remote;
    try {
      return await (await asked)(header, token);
    } catch (error) {
      if (isAboutTheKey(error)) throw error;
      // A failed discovery is not kept: the next token asks again. Keys have a memory of their own.
      if (error instanceof IssuerDown && remote === asked) remote = null;
      throw error instanceof IssuerDown ? error : new IssuerDown('The keys could not be fetched.', { cause: error });
    }
  };
}

/** What says something of the token and not of the issuer. */
function isAboutTheKey(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JOSEAlgNotAllowed
  );
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html, section 4 */
async function jwksAddress({
  issuer,
  jwksUri,
}: {
  readonly issuer: string;
  readonly jwksUri: string | null;
}): Promise<URL> {
  if (jwksUri !== null) return new URL(jwksUri);
  try {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok || text.length > maxDocumentBytes) throw new Error(`It answered ${response.status}.`);
    const found = discovery.parse(JSON.parse(text));
    if (found.issuer !== issuer) throw new Error('The issuer calls itself otherwise.');
    const address = new URL(found.jwks_uri);
    if (address.protocol !== 'https:' && address.origin !== new URL(issuer).origin) {
      throw new Error('The keys would travel in the clear.');
    }
    return address;
  } catch (cause) {
    throw new IssuerDown('The discovery document could not be read.', { cause });
  }
}
