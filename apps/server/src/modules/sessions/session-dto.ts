import { chainId, modelId } from '@atelier/contracts/ids';
import type { ChosenModel } from '@atelier/contracts/model-choice';
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
  readonly modelId: string | null;
  readonly chainId: string | null;
  /** What was chosen to answer, as it was called then; null: nothing is. */
  readonly modelName: string | null;
  readonly agent: { readonly id: string; readonly name: string } | null;
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
    model: chosenOf(row),
    agent: row.agent,
  });
}

function chosenOf({ modelId: model, chainId: chain, modelName: name }: SessionRow): ChosenModel | null {
  if (name === null) return null;
  if (model !== null) return { choice: { kind: 'model', modelId: modelId.parse(model) }, name };
  return { choice: chain === null ? null : { kind: 'chain', chainId: chainId.parse(chain) }, name };
}
