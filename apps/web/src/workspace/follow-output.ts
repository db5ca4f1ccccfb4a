import { errorOf } from '@atelier/client';
import type { WireError } from '@atelier/contracts/errors';
import type { SessionId } from '@atelier/contracts/ids';
import type { TerminalFeed, TerminalId } from '@atelier/contracts/terminals';
import { client } from '../api.ts';

const retryMs = 1000;

export interface OutputHandlers {
  readonly onFeed: (feed: TerminalFeed) => void;
  /** It will never be told more. */
  readonly onRefused: (error: WireError) => void;
}

/** Follows a terminal from its oldest byte, through cut connections and ended tokens. Returns how to stop. */
export function followOutput(
  ref: { readonly sessionId: SessionId; readonly terminalId: TerminalId },
  { onFeed, onRefused }: OutputHandlers,
): () => void {
  let offset: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  let stop: () => void = () => undefined;
  const begin = () => {
    const subscription = client.api.terminals.output.subscribe(
      { ...ref, lastEventId: offset },
      {
        onData({ id, data }) {
          offset = id;
          onFeed(data);
        },
        onError(error) {
          if (isStopped) return;
          const refused = errorOf(error);
          if (refused && !refused.retryable && refused.code !== 'auth.required') onRefused(refused);
          else timer = setTimeout(begin, retryMs);
        },
      },
    );
    stop = () => subscription.unsubscribe();
  };
  begin();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    stop();
  };
}
