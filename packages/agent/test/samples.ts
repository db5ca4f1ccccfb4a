import { messageId, runId, uploadId, userId } from '@atelier/contracts/ids';
import type { MessageDto } from '@atelier/contracts/messages';
import type { FilePart, Part, SteerPart, ToolPart } from '@atelier/contracts/parts';
import type { RunError } from '@atelier/contracts/runs';
import { ModelError } from '../src/ports.ts';

function uuid(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

export const aRun = runId.parse(uuid(1));
export const anAnswer = messageId.parse(uuid(2));
export const aTime = '2026-01-01T00:00:00.000Z';

/** A message of a conversation: a person's when `role` is user. */
export function message(role: 'user' | 'agent', ...parts: readonly Part[]): MessageDto {
  return {
    id: messageId.parse(uuid(3)),
    parentId: null,
    role,
    author: role === 'user' ? { userId: userId.parse(uuid(4)), name: 'Ada' } : null,
    seq: 1,
    createdAt: aTime,
    parts: [...parts],
    run: null,
    isSuperseded: false,
  };
}

export function asks(text: string): MessageDto {
  return message('user', { type: 'text', text });
}

export function said(text: string, step = 0): Part {
  return { type: 'text', step, text };
}

export function toolPart(over: Partial<ToolPart> = {}): ToolPart {
  return {
    type: 'tool',
    step: 0,
    callId: '0-a',
    name: 'read_file',
    title: 'Read a.md',
    inputText: '{"path":"a.md"}',
    state: 'succeeded',
    output: 'hello',
    startedAt: aTime,
    endedAt: aTime,
    ...over,
  };
}

/** What somebody said in between. */
export function steered(text: string, step = 0, ...files: readonly FilePart[]): SteerPart {
  return {
    type: 'steer',
    step,
    messageId: messageId.parse(uuid(6)),
    author: { userId: userId.parse(uuid(4)), name: 'Ada' },
    content: [{ type: 'text', text }, ...files],
    sentAt: aTime,
  };
}

export function filePart(over: Partial<FilePart> = {}): FilePart {
  return {
    type: 'file',
    uploadId: uploadId.parse(uuid(5)),
    name: 'a.md',
    path: 'uploads/a.md',
    size: 5,
    mediaType: 'text/markdown',
    text: 'hello',
    ...over,
  };
}

export function failure(
  code: RunError['code'],
  opts: { readonly retryAfterMs?: number; readonly retryable?: boolean } = {},
): ModelError {
  const { retryAfterMs, retryable = true } = opts;
  return new ModelError({ code, message: `It said ${code}.`, retryable }, { retryAfterMs });
}
