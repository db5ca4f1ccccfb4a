import { type MessageDto, messageDto } from '@atelier/contracts/messages';
import { type RunDto, runDto, type Usage } from '@atelier/contracts/runs';
import type { MessageRow, RunRow, UsageRow } from './transcripts.repository.ts';

export function toRunDto(row: RunRow): RunDto {
  return runDto.parse({
    id: row.id,
    sessionId: row.sessionId,
    userMessageId: row.userMessageId,
    agentMessageId: row.agentMessageId,
    state: row.state,
    attempt: row.attempt,
    model: row.model,
    error: row.error,
    usage: usageOf(row),
    context: row.contextTokens === null ? null : { tokens: row.contextTokens, window: row.contextWindow },
    isCheck: row.isCheck,
    queuedAt: row.queuedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    ...(row.state === 'queued' && row.steers !== null ? { steers: row.steers } : {}),
  });
}

/** What model calls took; what nobody counted stays unsaid. */
export function usageOf(row: UsageRow): Usage {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens, cost } = row;
  return {
    inputTokens,
    outputTokens,
    ...(cachedInputTokens === null ? {} : { cachedInputTokens }),
    ...(reasoningTokens === null ? {} : { reasoningTokens }),
    ...(cost === null ? {} : { cost }),
  };
}

export function toMessageDto(row: MessageRow, run: RunDto | null): MessageDto {
  // Parts were checked when they were written; the procedure's output schema checks the whole once more.
  const { id, parentId, role, seq, parts, isSuperseded } = row;
  const author = row.authorId === null ? null : { userId: row.authorId, name: row.authorName ?? '' };
  const empty = messageDto.parse({
    id,
    parentId,
    role,
    author,
    seq,
    createdAt: row.createdAt.toISOString(),
    parts: [],
    run,
    isSuperseded,
  });
  return { ...empty, parts: [...parts] };
}
