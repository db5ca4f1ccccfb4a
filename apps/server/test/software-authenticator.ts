import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { AssertionOptions, RegistrationOptions } from '@atelier/contracts/passkeys';

const flags = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };

export interface AnswerChange {
  /** The page that asked; the one it belongs to unless told. */
  readonly origin?: string;
  readonly type?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly isVerified?: boolean;
  readonly isPresent?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | null;
  /** Signs with another key. */
  readonly isForged?: boolean;
}

/** An authenticator made of node:crypto: ES256, discoverable passkeys. https://www.w3.org/TR/webauthn-3/ */
export class SoftwareAuthenticator {
  readonly #origin: string;
  readonly #credentialId = randomBytes(32);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #userHandle = '';
  #counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get id(): string {
    return this.#credentialId.toString('base64url');
  }

  /** As `navigator.credentials.create` answers. */
  create(options: RegistrationOptions, change: AnswerChange & { readonly format?: 'none' | 'packed' } = {}) {
    this.#userHandle = options.user.id;
    const clientData = this.#clientData(change.type ?? 'webauthn.create', options.challenge, change);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.#credentialId.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.#credentialId, coseKey(this.#keys.publicKey)]);
    const authData = Buffer.concat([this.#authData(options.rp.id, change, flags.attested), attested]);
    const statement: readonly (readonly [string, unknown])[] =
      change.format === 'packed'
        ? [
            ['alg', -7],
            ['sig', this.#sign(authData, clientData, change)],
          ]
        : [];
    const attestationObject = cbor(
      new Map<unknown, unknown>([
        ['fmt', change.format ?? 'none'],
        ['attStmt', new Map(statement)],
        ['authData', authData],
      ]),
    );
    return {
      ...this.#credential,
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** As `navigator.credentials.get` answers. */
  get(options: AssertionOptions, change: AnswerChange = {}) {
    this.#counter = change.counter ?? this.#counter + 1;
    const clientData = this.#clientData(change.type ?? 'webauthn.get', options.challenge, change);
    const authData = this.#authData(options.rpId, change, 0);
    const userHandle = change.userHandle === undefined ? this.#userHandle : change.userHandle;
    return {
      ...this.#credential,
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: this.#sign(authData, clientData, change).toString('base64url'),
        ...(userHandle === null ? {} : { userHandle }),
      },
    };
  }

  get #credential() {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: { credProps: { rk: true } } };
  }

  #clientData(type: string, challenge: string, change: AnswerChange): Buffer {
    const origin = change.origin ?? this.#origin;
    return Buffer.from(JSON.stringify({ type, challenge: change.challenge ?? challenge, origin, crossOrigin: false }));
  }

  #authData(rpId: string, change: AnswerChange, also: number): Buffer {
    const { isPresent = true, isVerified = true } = change;
    const said =
      (isPresent ? flags.present : 0) | (isVerified ? flags.verified : 0) | flags.backupEligible | flags.backedUp;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    const host = createHash('sha256')
      .update(change.rpId ?? rpId)
      .digest();
    return Buffer.concat([host, Buffer.from([said | also]), counter]);
  }

  #sign(authData: Buffer, clientData: Buffer, { isForged }: AnswerChange): Buffer {
    const key = isForged ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : this.#keys.privateKey;
    return sign('sha256', Buffer.concat([authData, createHash('sha256').update(clientData).digest()]), key);
  }
}

/** RFC 9053, 7.1.1: an elliptic curve key for ES256. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return cbor(
    new Map<unknown, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  );
}

/** As much of RFC 8949 as the above needs. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)]);
  throw new Error('This is not written.');
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}
