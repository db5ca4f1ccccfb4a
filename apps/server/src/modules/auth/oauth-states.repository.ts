import { OauthState } from '@atelier/entities/auth/oauth-state.entity';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';
import type { NewOauthState, OauthStates, TakenOauthState } from '../../platform/oauth/oauth-states.ts';

/** Sign-ins at providers that are under way. */
export class OauthStatesRepository implements OauthStates {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, { person, ...state }: NewOauthState): Promise<void> {
    await this.#db.managerFor(op).insert(OauthState, {
      id: newId(),
      ...state,
      purpose: person ? 'link' : 'sign_in',
      userId: person?.userId ?? null,
      signInId: person?.signInId ?? null,
    });
  }

  /** One statement: of several that take the same state one gets it. */
  async take(op: Operation, key: Parameters<OauthStates['take']>[1]): Promise<TakenOauthState | null> {
    const rows = await this.#db.query<
      Omit<TakenOauthState, 'person'> & { readonly userId: string | null; readonly signInId: string | null }
    >(
      op,
      `DELETE FROM oauth_states
        WHERE state_hash = $1 AND provider = $2 AND browser_hash = $3 AND expires_at > $4
        RETURNING verifier, nonce, return_path AS "returnPath", user_id AS "userId", sign_in_id AS "signInId"`,
      [key.stateHash, key.provider, key.browserHash, key.now],
    );
    const row = rows[0];
    if (!row) return null;
    const { userId, signInId, ...state } = row;
    return { ...state, person: userId !== null && signInId !== null ? { userId, signInId } : null };
  }

  async isLink(op: Operation, stateHash: Buffer): Promise<boolean> {
    const rows = await this.#db.query<{ any: boolean }>(
      op,
      `SELECT EXISTS (SELECT 1 FROM oauth_states WHERE state_hash = $1 AND purpose = 'link') AS any`,
      [stateHash],
    );
    return rows[0]?.any ?? false;
  }

  /** Removes those that nobody came back for. */
  async removeExpired(op: Operation, limit: number): Promise<number> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `DELETE FROM oauth_states WHERE id IN (
         SELECT id FROM oauth_states WHERE expires_at < now() ORDER BY expires_at LIMIT $1)
       RETURNING id`,
      [limit],
    );
    return rows.length;
  }
}
