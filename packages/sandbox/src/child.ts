import type { OutputStream } from './ports.ts';

/** A started command line, with pipes or with a terminal. */
export interface Child {
  /** Null when it could not be started. */
  readonly pid: number | null;
  onOutput(listener: (chunk: Uint8Array, stream: OutputStream) => void): void;
  write(data: string | Uint8Array): void;
  endInput(): void;
  resize(columns: number, rows: number): void;
  pause(): void;
  resume(): void;
  /** Resolves after the last output. 128 + n when signal n ended it. */
  readonly exited: Promise<number>;
}
