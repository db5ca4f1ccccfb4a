import { type SessionDto, sessionDto } from '@atelier/contracts/sessions';

/** A session's row as the repository reads it. */
export interface SessionRow {
  readonly id: string;
  readonly title: string;
  readonly status: 'open' | 'archived';
  readonly version: number;
  readonly createdAt: Date;
  readonly lastActivityAt: Date;
  readonly isRunning: boolean;
  readonly isWaiting: boolean;
}

export function toSessionDto(row: SessionRow): SessionDto {
  return sessionDto.parse({
    id: row.id,
    title: row.title,
    status: row.status,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    lastActivityAt: row.lastActivityAt.toISOString(),
    isRunning: row.isRunning,
    isWaiting: row.isWaiting,
  });
}
