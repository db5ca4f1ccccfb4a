import { errorOf } from '@atelier/client';
import type { WireError } from '@atelier/contracts/errors';
import type { SessionId } from '@atelier/contracts/ids';
import { outputFrameBytes, type TerminalEnd, type TerminalId } from '@atelier/contracts/terminals';
import { newId } from '@atelier/kernel/ids';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { client } from '../api.ts';
import { followOutput } from './follow-output.ts';
import { Keystrokes } from './keystrokes.ts';
import { handleOwnKeys } from './terminal-keys.ts';
import { defineTerminalSheet } from './terminal-sheet.ts';
import { terminalTheme, watchTheme } from './terminal-theme.ts';

const resizeAfterMs = 150;
const lastWordsMs = 10_000;

export interface AttachOptions {
  readonly place: HTMLElement;
  readonly ref: { readonly sessionId: SessionId; readonly terminalId: TerminalId };
  readonly label: string;
  readonly isReader: boolean;
  readonly onEnd: (end: TerminalEnd) => void;
  readonly onRefused: (error: WireError | null) => void;
  readonly onLeave: () => void;
}

/** Draws a terminal of the server at a place of the page until it is detached by what this returns. */
export function attachTerminal({ place, ref, label, isReader, ...on }: AttachOptions): () => void {
  defineTerminalSheet();
  const screen = new Terminal({
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    fontSize: 13,
    lineHeight: 1.25,
    minimumContrastRatio: 4.5,
    scrollback: 5000,
    screenReaderMode: isReader,
    theme: terminalTheme(),
  });
  const fit = new FitAddon();
  screen.loadAddon(fit);
  screen.open(place);
  screen.textarea?.setAttribute('aria-label', label);
  handleOwnKeys(screen, on.onLeave);

  const writerId = newId();
  const keys = new Keystrokes({
    send: (frame) => client.api.terminals.write.mutate({ ...ref, ...frame, writerId }),
    retryAfter(error) {
      const refused = errorOf(error);
      return refused === null || refused.retryable ? (refused?.retryAfterMs ?? 1000) : null;
    },
    onLost: (error) => on.onRefused(errorOf(error)),
  });
  // What a program asked its terminal long ago was answered then: shown again, it is not to be answered again.
  let isCatchingUp = true;
  screen.onData((data) => {
    if (!isCatchingUp) keys.type(data);
  });
  const stopOutput = followOutput(ref, {
    onFeed(feed) {
      if (feed.kind === 'end') return on.onEnd(feed.end);
      if (feed.kind === 'reset') screen.reset();
      const bytes = Uint8Array.from(atob(feed.bytes), (character) => character.charCodeAt(0));
      screen.write(bytes, () => {
        if (bytes.length < outputFrameBytes) isCatchingUp = false;
      });
    },
    onRefused: on.onRefused,
  });
  const stopSizing = followSize(screen, fit, place, (size) =>
    // One that has ended has no size; the next change tells one that could not be reached.
    client.api.terminals.resize.mutate({ ...ref, ...size }).catch(() => undefined),
  );
  const stopTheme = watchTheme(() => {
    screen.options.theme = terminalTheme();
  });
  screen.focus();
  return () => {
    // What was typed last is still on its way.
    setTimeout(() => keys.stop(), lastWordsMs);
    for (const stop of [stopOutput, stopSizing, stopTheme]) stop();
    screen.dispose();
  };
}

type Size = { readonly columns: number; readonly rows: number };

function followSize(screen: Terminal, fit: FitAddon, place: HTMLElement, tell: (size: Size) => unknown): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new ResizeObserver(() => {
    fit.fit();
    clearTimeout(timer);
    timer = setTimeout(() => tell({ columns: screen.cols, rows: screen.rows }), resizeAfterMs);
  });
  observer.observe(place);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}
