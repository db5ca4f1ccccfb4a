import type { SandboxProcess } from '@atelier/sandbox/ports';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** Of one message, in bytes. */
const maxMessageBytes = 8 * 1024 * 1024;

/** MCP over the standard streams of a command in the sandbox: one JSON message a line. What it says on stderr is not read. */
export class SandboxTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #startProcess: () => Promise<SandboxProcess>;
  readonly #buffer = new ReadBuffer({ maxBufferSize: maxMessageBytes });
  #process: SandboxProcess | null = null;

  constructor(startProcess: () => Promise<SandboxProcess>) {
    this.#startProcess = startProcess;
  }

  async start(): Promise<void> {
    const process = await this.#startProcess();
    this.#process = process;
    process.onOutput((chunk, stream) => {
      if (stream === 'stdout') this.#read(chunk);
    });
    void process.ended.then(() => this.onclose?.());
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#process?.write(serializeMessage(message));
  }

  async close(): Promise<void> {
    await this.#process?.stop();
  }

  #read(chunk: Uint8Array): void {
    try {
      this.#buffer.append(Buffer.from(chunk));
      for (let message = this.#buffer.readMessage(); message !== null; message = this.#buffer.readMessage()) {
        this.onmessage?.(message);
      }
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error('A message could not be read.'));
      // After something that is no message nobody knows where the next one begins.
      void this.close();
    }
  }
}
