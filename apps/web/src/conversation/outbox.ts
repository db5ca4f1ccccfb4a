import { errorOf } from '@atelier/client';
import { sessionId as parseSessionId, uploadId as parseUploadId } from '@atelier/contracts/ids';
import { newId } from '@atelier/kernel/ids';
import * as z from 'zod/mini';
import { client } from '../api.ts';
import { onLeave, personId } from '../auth/identity.ts';
import { errorText, refusalText } from '../i18n/error-text.ts';
import { retryAtOf } from '../platform/retry-at.ts';
import { keysWith, readText, writeText } from '../platform/storage.ts';
import { ValueStore } from '../platform/value-store.ts';

const sentFile = z.object({ uploadId: z.string(), name: z.string(), size: z.number() });

const storedItem = z.object({
  clientId: z.string(),
  sessionId: z.string(),
  /** Where it is sent; none: kept by a version that knew one organisation. */
  organisationId: z.optional(z.string()),
  text: z.string(),
  files: z.array(sentFile),
  /** The end of the log when it was sent: its message comes after. */
  afterSeq: z.number(),
  /** The answer that is being written is to read it. */
  steers: z.optional(z.boolean()),
});

export interface OutboxItem extends z.infer<typeof storedItem> {
  /** Set once the server has it. */
  readonly messageId: string | null;
  /** Why it was not sent; null while it is on its way. */
  readonly problem: string | null;
  /** What the server said to the last try, while there will be another. */
  readonly delay: string | null;
  /** When trying again is of use, by `performance.now()`, where the server named a time. */
  readonly retryAt: number | null;
}

/** One entry a message, so that two tabs never overwrite each other's. */
const prefix = () => `atelier.outbox.${personId()}.`;
const attempts = 8;
/** A longer wait than this is not waited for: it is said, and the person decides. */
const longestWaitMs = 60_000;
const unsent = { messageId: null, problem: null, delay: null, retryAt: null } as const;

/** Messages on their way. Kept in the browser until the server has them: a refresh in between loses none. */
export const outbox = new ValueStore<readonly OutboxItem[]>([]);

export function sendMessage(message: Omit<z.infer<typeof storedItem>, 'clientId' | 'organisationId'>): void {
  const organisationId = client.signInStore.organisationId ?? undefined;
  const item: OutboxItem = { ...message, ...(organisationId ? { organisationId } : {}), clientId: newId(), ...unsent };
  outbox.set([...outbox.value, item]);
  writeText(prefix() + item.clientId, JSON.stringify(storedItem.parse(item)));
  inTurn(item);
}

export function resend(item: OutboxItem): void {
  change(item.clientId, { problem: null, retryAt: null });
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

// Somebody else's page knows nothing of this one's messages, and another organisation gets none of them: they wait in
// the browser until their own is shown again.
onLeave(() => outbox.set([]));

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
        steers: item.steers ?? false,
      });
      change(item.clientId, { messageId, delay: null, retryAt: null });
      writeText(prefix() + item.clientId, null);
      return;
    } catch (error) {
      const refused = errorOf(error);
      const retryAt = retryAtOf(error);
      const waitMs = Math.max(refused?.retryAfterMs ?? 0, Math.min(300 * 2 ** attempt, 5000));
      if (attempt === attempts || waitMs > longestWaitMs || (refused && !refused.retryable)) {
        change(item.clientId, { problem: errorText(error), delay: null, retryAt });
        return;
      }
      change(item.clientId, { delay: refused && refusalText(refused), retryAt });
      await new Promise((resolve) => setTimeout(resolve, waitMs));
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

/** What the browser kept for the organisation that is shown, oldest first: the ids of messages sort by time. */
function load(): readonly OutboxItem[] {
  const shown = client.signInStore.organisationId;
  return keysWith(prefix())
    .toSorted()
    .flatMap((key) => {
      try {
        const stored = storedItem.safeParse(JSON.parse(readText(key) ?? ''));
        if (!stored.success || (stored.data.organisationId ?? shown) !== shown) return [];
        return [{ ...stored.data, ...unsent }];
      } catch {
        return [];
      }
    });
}
