import { errorOf } from '@atelier/client';
import { sessionId as parseSessionId, uploadId as parseUploadId } from '@atelier/contracts/ids';
import { newId } from '@atelier/kernel/ids';
import i18next from 'i18next';
import * as z from 'zod/mini';
import { client } from '../api.ts';
import { readText, writeText } from '../platform/storage.ts';
import { ValueStore } from '../platform/value-store.ts';

const sentFile = z.object({ uploadId: z.string(), name: z.string(), size: z.number() });

const storedItem = z.object({
  clientId: z.string(),
  sessionId: z.string(),
  text: z.string(),
  files: z.array(sentFile),
  /** The end of the log when it was sent: its message comes after. */
  afterSeq: z.number(),
});

export interface OutboxItem extends z.infer<typeof storedItem> {
  /** Set once the server has it. */
  readonly messageId: string | null;
  /** Why it was not sent; null while it is on its way. */
  readonly problem: string | null;
}

const key = 'atelier.outbox';
const attempts = 8;

/** Messages on their way. Kept in the browser until the server has them: a refresh in between loses none. */
export const outbox = new ValueStore<readonly OutboxItem[]>([]);

export function sendMessage(message: Omit<z.infer<typeof storedItem>, 'clientId'>): void {
  const item: OutboxItem = { ...message, clientId: newId(), messageId: null, problem: null };
  save([...outbox.value, item]);
  void deliver(item);
}

export function resend(item: OutboxItem): void {
  change(item.clientId, { problem: null });
  void deliver(item);
}

export function discard(item: OutboxItem): void {
  save(outbox.value.filter(({ clientId }) => clientId !== item.clientId));
}

/** Sends what an earlier page left behind. The same `clientId` again is the same message, never a second one. */
export function resumeOutbox(): void {
  const known = new Set(outbox.value.map(({ clientId }) => clientId));
  const left = load().filter(({ clientId }) => !known.has(clientId));
  if (left.length === 0) return;
  outbox.set([...outbox.value, ...left]);
  for (const item of left) void deliver(item);
}

async function deliver(item: OutboxItem): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { messageId } = await client.api.messages.send.mutate({
        sessionId: parseSessionId.parse(item.sessionId),
        clientId: item.clientId,
        parts: [
          ...(item.text === '' ? [] : [{ type: 'text' as const, text: item.text }]),
          ...item.files.map((file) => ({ type: 'file' as const, uploadId: parseUploadId.parse(file.uploadId) })),
        ],
      });
      change(item.clientId, { messageId });
      return;
    } catch (error) {
      const refused = errorOf(error);
      if (attempt === attempts || (refused && !refused.retryable)) {
        change(item.clientId, { problem: refused?.message ?? i18next.t('common.failed') });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(300 * 2 ** attempt, 5000)));
    }
  }
}

function change(clientId: string, fields: Partial<OutboxItem>): void {
  save(outbox.value.map((item) => (item.clientId === clientId ? { ...item, ...fields } : item)));
}

function save(items: readonly OutboxItem[]): void {
  outbox.set(items);
  const unsent = items.filter(({ messageId }) => messageId === null);
  writeText(key, unsent.length === 0 ? null : JSON.stringify(unsent));
}

function load(): readonly OutboxItem[] {
  try {
    const stored = z.array(storedItem).safeParse(JSON.parse(readText(key) ?? '[]'));
    return stored.success ? stored.data.map((item) => ({ ...item, messageId: null, problem: null })) : [];
  } catch {
    return [];
  }
}
