import { errorOf } from '@atelier/client';
import type { WireError } from '@atelier/contracts/errors';
import type { MessageDto } from '@atelier/contracts/messages';
import type { Transcript } from '@atelier/contracts/transcript';
import { useEffect } from 'react';
import { client } from '../api.ts';
import { onLeave } from '../auth/identity.ts';
import { useValue, ValueStore } from '../platform/value-store.ts';

/** A session as the reader sees it: the followed end of it, and the pages before that were asked for. */
export interface TranscriptView {
  readonly transcript: Transcript | null;
  /** Pages before `transcript.messages`, oldest first. */
  readonly older: readonly MessageDto[];
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  /** Why it cannot be shown, and never will be. */
  readonly refusal: WireError | null;
  /** When the latest piece of the log arrived, by `performance.now()`. */
  readonly heardAt: number;
}

const nothing: TranscriptView = {
  transcript: null,
  older: [],
  hasOlder: false,
  isLoadingOlder: false,
  refusal: null,
  heardAt: 0,
};
const retryMs = 2000;
/** Sessions whose last state is kept, so that going back to one shows it at once. */
const keptSessions = 8;

class TranscriptStore {
  readonly #sessionId: string;
  readonly view = new ValueStore<TranscriptView>(nothing);
  #next: Transcript | null = null;
  #stopPainting: (() => void) | null = null;

  constructor(sessionId: string) {
    this.#sessionId = sessionId;
  }

  /** Follows the session until the signal is aborted; whatever breaks meanwhile is tried again. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const transcript of client.followSession(this.#sessionId, { signal })) this.#show(transcript);
        return;
      } catch (error) {
        const refused = errorOf(error);
        if (refused && !refused.retryable && refused.code !== 'auth.required') {
          // What came before it is shown first: painted afterwards, it would take the refusal away.
          this.#paint();
          this.view.set({ ...this.view.value, refusal: refused });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  async loadOlder(): Promise<void> {
    const { older, transcript, hasOlder, isLoadingOlder } = this.view.value;
    const first = older[0] ?? transcript?.messages[0];
    if (!transcript || !first || !hasOlder || isLoadingOlder) return;
    this.view.set({ ...this.view.value, isLoadingOlder: true });
    try {
      const page = await client.api.messages.history.query({ sessionId: transcript.session.id, before: first.seq });
      const now = this.view.value;
      this.view.set({
        ...now,
        older: [...page.items, ...now.older],
        hasOlder: page.hasOlder,
        isLoadingOlder: false,
      });
    } catch (error) {
      this.view.set({ ...this.view.value, isLoadingOlder: false });
      throw error;
    }
  }

  /** At most one repaint a frame, however many pieces arrive; a page that paints no frames is told all the same. */
  #show(transcript: Transcript): void {
    this.#next = transcript;
    this.#stopPainting ??= beforeNextFrame(() => this.#paint());
  }

  #paint(): void {
    this.#stopPainting?.();
    this.#stopPainting = null;
    if (this.#next) this.view.set(merged(this.view.value, this.#next));
    this.#next = null;
  }
}

/** With the next frame, or soon without one: a page that is covered paints none. Returns how not to. */
function beforeNextFrame(paint: () => void): () => void {
  const frame = requestAnimationFrame(paint);
  const timer = setTimeout(paint, 250);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** A fresh snapshot may begin elsewhere than the one before: pages that no longer join it are dropped. */
function merged(view: TranscriptView, transcript: Transcript): TranscriptView {
  const joins = view.transcript?.messages[0]?.id === transcript.messages[0]?.id;
  return {
    ...view,
    transcript,
    older: joins ? view.older : [],
    hasOlder: joins && view.transcript !== null ? view.hasOlder : transcript.hasOlder,
    refusal: null,
    heardAt: performance.now(),
  };
}

const stores = new Map<string, TranscriptStore>();

function storeOf(sessionId: string): TranscriptStore {
  const known = stores.get(sessionId) ?? new TranscriptStore(sessionId);
  stores.delete(sessionId);
  stores.set(sessionId, known);
  for (const id of [...stores.keys()].slice(0, -keptSessions)) stores.delete(id);
  return known;
}

onLeave(() => stores.clear());

export function useTranscript(sessionId: string) {
  const store = storeOf(sessionId);
  useEffect(() => {
    const stop = new AbortController();
    void store.follow(stop.signal);
    return () => stop.abort();
  }, [store]);
  return { view: useValue(store.view), loadOlder: () => store.loadOlder() };
}
