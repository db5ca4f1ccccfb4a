import type { Operation } from '@atelier/entities/operation';
import { ownIssuer, refused } from './access-tokens.ts';
import { ApiKeysService } from './api-keys.service.ts';
import type { Authenticated } from './authenticated.ts';
import type { ExternalTokens } from './external-tokens.ts';
import { issuerOf } from './issuer-of.ts';
import type { SignInsService } from './sign-ins.service.ts';

/**
 * Who is behind what a caller shows. There are three kinds, told apart by their looks: keys of ours, access tokens of
 * ours, tokens of other issuers. Each is checked in one way, and what fails there is tried in no other.
 */
export class Authentication {
  readonly #signIns: SignInsService;
  readonly #apiKeys: ApiKeysService;
  readonly #external: ExternalTokens;
  readonly #count: (userId: string) => Promise<void>;

  constructor(deps: {
    readonly signIns: SignInsService;
    readonly apiKeys: ApiKeysService;
    readonly external: ExternalTokens;
    /** Counts a call of this person, and refuses one too many. */
    readonly count: (userId: string) => Promise<void>;
  }) {
    this.#signIns = deps.signIns;
    this.#apiKeys = deps.apiKeys;
    this.#external = deps.external;
    this.#count = deps.count;
  }

  /**
   * A call is counted before anything is looked up for it, where the token itself says whose it is.
   * @throws AppError `auth.required`, `request.too_many`; `auth.provider_unavailable` when the keys of an issuer cannot be
   *   had.
   */
  async authenticate(op: Operation, token: string | null): Promise<Authenticated> {
    if (!token) throw refused('missing');
    if (ApiKeysService.looksLikeOne(token)) return await this.#counted(await this.#apiKeys.authenticate(op, token));
    const issuer = issuerOf(token);
    if (issuer === ownIssuer) return await this.#signIns.authenticate(op, token, this.#count);
    if (issuer !== null && this.#external.knows(issuer)) {
      return await this.#counted(await this.#external.authenticate(op, issuer, token));
    }
    throw refused('invalid');
  }

  async #counted(authenticated: Authenticated): Promise<Authenticated> {
    await this.#count(authenticated.principal.userId);
    return authenticated;
  }
}
