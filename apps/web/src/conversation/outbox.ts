import { errorOf } from '@atelier/client';
import { sessionId as parseSessionId, uploadId as parseUploadId } from '@atelier/contracts/ids';
import { newId } from '@atelier/kernel/ids';
import i18next from 'i18next';
import * as z from 'zod/mini';
import { client } from '../api.ts';
import { personId } from '../auth/identity.ts';
import { keysWith, readText, writeText } from '../platform/storage.ts';
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
  /** What the server said to the last try, while there will be another. */
  readonly delay: string | null;
}

/** One entry a message, so that two tabs never overwrite each other's. */
const prefix = () => `atelier.outbox.${personId()}.`;
const attempts = 8;

/** Messages on their way. Kept in the browser until the server has them: a refresh in between loses none. */
export const outbox = new ValueStore<readonly OutboxItem[]>([]);

export function sendMessage(message: Omit<z.infer<typeof storedItem>, 'clientId'>): void {
  const item: OutboxItem = { ...message, clientId: newId(), messageId: null, problem: null, delay: null };
  outbox.set([...outbox.value, item]);
  writeText(prefix() + item.clientId, JSON.stringify(storedItem.parse(item)));
  inTurn(item);
}

export function resend(item: OutboxItem): void {
  change(item.clientId, { problem: null });
  inTurn(item);
}

export function discard(item: OutboxItem): void {
  writeText(prefix() + item.clientId, null);
  outbox.set(outbox.value.filter(({ clientId }) => clientId !== item.clientId));
}

/** A message that was taken back from the queue is not on its way any more. */
export function discardSent(messageId: string): void {
  for (const item of outbox.value) if (item.messageId === messageId) discard(item);
}

/** Sends what an earlier page left behind. The same `clientId` again is the same message, never a second one. */
export function resumeOutbox(): void {
  const known = new Set(outbox.value.map(({ clientId }) => clientId));
  const left = load().filter(({ clientId }) => !known.has(clientId));
  if (left.length === 0) return;
  outbox.set([...outbox.value, ...left]);
  for (const item of left) inTurn(item);
}

// However the sign-in ended, here or in another tab: the next person's page knows nothing of this one's messages.
client.signInStore.subscribe(() => {
  if (client.signInStore.state.status === 'signed_out') outbox.set([]);
});

const turns = new Map<string, Promise<void>>();

/** One message of a session after the other: they arrive in the order in which they were sent. */
function inTurn(item: OutboxItem): void {
  const before = turns.get(item.sessionId) ?? Promise.resolve();
  turns.set(
    item.sessionId,
    before.then(() => deliver(item)),
  );
}

async function deliver(item: OutboxItem): Promise<void> {
  for (let attempt = 1; isHere(item); attempt += 1) {
    try {
      const { messageId } = await client.api.messages.send.mutate({
        sessionId: parseSessionId.parse(item.sessionId),
        clientId: item.clientId,
        parts: [
          ...(item.text === '' ? [] : [{ type: 'text' as const, text: item.text }]),
          ...item.files.map((file) => ({ type: 'file' as const, uploadId: parseUploadId.parse(file.uploadId) })),
        ],
      });
      change(item.clientId, { messageId, delay: null });
      writeText(prefix() + item.clientId, null);
      return;
    } catch (error) {
      const refused = errorOf(error);
      if (attempt === attempts || (refused && !refused.retryable)) {
        change(item.clientId, { problem: refused?.message ?? i18next.t('common.failed'), delay: null });
        return;
      }
      change(item.clientId, { delay: refused?.message ?? null });
      await new Promise((resolve) => setTimeout(resolve, Math.min(300 * 2 ** attempt, 5000)));
    }
  }
}

/** Whether it is still to be sent: it may have been discarded, or its sender may have signed out. */
function isHere(item: OutboxItem): boolean {
  return outbox.value.some(({ clientId }) => clientId === item.clientId);
}

function change(clientId: string, fields: Partial<OutboxItem>): void {
  outbox.set(outbox.value.map((item) => (item.clientId === clientId ? { ...item, ...fields } : item)));
}

/** What the browser kept, oldest first: the ids of messages sort by time. */
function load(): readonly OutboxItem[] {
  return keysWith(prefix())
    .toSorted()
    .flatMap((key) => {
      try {
        const stored = storedItem.safeParse(JSON.parse(readText(key) ?? ''));
        return stored.success ? [{ ...stored.data, messageId: null, problem: null, delay: null }] : [];
      } catch {
        return [];
      }
    });
}
