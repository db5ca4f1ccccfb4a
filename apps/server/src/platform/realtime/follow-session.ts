import type { SessionFeed, Transcript } from '@atelier/contracts/transcript';
import { AppError } from '@atelier/kernel/app-error';
import type { Feed } from './session-feeds.ts';

/** Waits while the reader's socket is full. */
export interface Gate {
  ready(signal: AbortSignal): Promise<void>;
}

export interface FollowOptions {
  readonly after: number;
  readonly signal: AbortSignal;
  readonly gate: Gate;
  /** A fresh snapshot, for a reader from before the compacted part of the log. */
  readonly snapshot: () => Promise<Transcript>;
}

export interface FeedStep {
  /** Where the reader stands afterwards. */
  readonly seq: number;
  readonly feed: SessionFeed;
}

/**
 * History, then live: every entry once, in order, from wherever the reader stopped. The feed is live before its first
 * read. A reader from before compaction is given a snapshot and goes on from there.
 * @throws AppError `session.not_found` when the session is removed meanwhile.
 */
export async function* followSession(feed: Feed, options: FollowOptions): AsyncGenerator<FeedStep, void> {
  const { signal, gate, snapshot } = options;
  let cursor = options.after;
  // Beyond the end: the database was restored from a backup, and what the reader saw is not in it.
  let needsReset = cursor < feed.head.compactedSeq || cursor > feed.head.lastSeq;

  while (!signal.aborted) {
    await gate.ready(signal);
    if (signal.aborted) return;
    if (needsReset) {
      const transcript = await snapshot();
      cursor = transcript.seq;
      needsReset = false;
      yield { seq: cursor, feed: { kind: 'reset', transcript } };
      continue;
    }
    const taken = await feed.take(cursor);
    if (taken.kind === 'compacted') {
      needsReset = true;
    } else if (taken.kind === 'removed') {
      throw new AppError('session.not_found');
    } else if (taken.kind === 'events') {
      cursor = taken.events.at(-1)?.seq ?? cursor;
      yield { seq: cursor, feed: { kind: 'events', events: taken.events } };
    } else {
      await feed.changed(cursor, signal);
    }
  }
}
