import { type DeviceDto, deviceDto } from '@atelier/contracts/devices';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import { deviceName } from './device-name.ts';
import type { SignInsService } from './sign-ins.service.ts';

export interface DevicesDeps {
  readonly db: Database;
  readonly signIns: SignInsService;
  readonly audit: AuditLog;
}

/** Where a person is signed in: seeing it and ending it. */
export class DevicesService {
  readonly #deps: DevicesDeps;
  constructor(deps: DevicesDeps) {
    this.#deps = deps;
  }

  async list(op: Operation, principal: SignedIn): Promise<readonly DeviceDto[]> {
    const rows = await this.#deps.signIns.devices(asSystem(op), principal.userId);
    return rows.map(({ id, userAgent, ip, createdAt, lastUsedAt }) =>
      deviceDto.parse({
        id,
        name: deviceName(userAgent),
        ip,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt.toISOString(),
        isCurrent: id === principal.credential.id,
      }),
    );
  }

  /** @throws AppError `device.not_found`. */
  async end(op: Operation, { userId }: SignedIn, id: string): Promise<void> {
    const { db, signIns, audit } = this.#deps;
    await db.transaction(asSystem(op), async (op) => {
      if (!(await signIns.end(op, userId, id, 'revoked'))) throw new AppError('device.not_found');
      await audit.recordInstallation(op, {
        action: 'sign_in.ended',
        target: { kind: 'user', id: userId },
        actorId: userId,
        reason: 'revoked',
      });
    });
  }

  /** Signs the person out everywhere, or everywhere else. Returns how many sign-ins ended. */
  async endAll(op: Operation, { userId, credential }: SignedIn, which: 'others' | 'all'): Promise<number> {
    const { db, signIns, audit } = this.#deps;
    return await db.transaction(asSystem(op), async (op) => {
      const but = which === 'others' ? credential.id : null;
      const ended = await signIns.endAll(op, userId, { reason: 'signed_out_everywhere', but });
      await audit.recordInstallation(op, {
        action: 'sign_in.ended',
        target: { kind: 'user', id: userId },
        actorId: userId,
        reason: 'signed_out_everywhere',
        after: { ended },
      });
      return ended;
    });
  }
}
