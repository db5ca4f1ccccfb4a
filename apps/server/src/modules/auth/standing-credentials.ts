import type { Operation } from '@atelier/entities/operation';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { CredentialsRepository } from './credentials.repository.ts';

/** Whether people who were let in once are still what they were then. */
export class StandingCredentials {
  readonly #credentials: CredentialsRepository;
  constructor(credentials: CredentialsRepository) {
    this.#credentials = credentials;
  }

  /** In the order they were asked about. Another role in the organisation or the installation is another standing. */
  async stillHold(op: Operation, principals: readonly SignedIn[]): Promise<readonly boolean[]> {
    const bound = principals.map(({ userId, organisationId, credential: { kind, id } }) => ({
      kind,
      id,
      userId,
      organisationId,
    }));
    const holds = new Array<boolean>(principals.length).fill(false);
    for (const { index, role, installationRole } of await this.#credentials.holding(op, bound)) {
      const was = principals[index];
      holds[index] = was?.role === role && was.installationRole === installationRole;
    }
    return holds;
  }
}
