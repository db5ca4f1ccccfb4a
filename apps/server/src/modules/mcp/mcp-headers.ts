import * as z from 'zod';
import type { KeyRing } from '../../platform/secrets/key-ring.ts';
import type { ServerRow } from './mcp-servers.repository.ts';

export interface Header {
  readonly name: string;
  readonly value: string;
}

const stored = z.array(z.strictObject({ name: z.string(), value: z.string() }));

/** Seals headers of servers, each for its own row, and opens them for a request to it. To the letter: nothing is expanded. */
export class McpHeaders {
  readonly #ring: KeyRing;
  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  seal(serverId: string, headers: readonly Header[]): Pick<ServerRow, 'headersSealed' | 'headerNames'> {
    if (headers.length === 0) return { headersSealed: null, headerNames: [] };
    return {
      headersSealed: this.#ring.seal('mcp-header', serverId, JSON.stringify(headers)),
      headerNames: headers.map(({ name }) => name),
    };
  }

  /** @throws UnsealError when the encryption key is gone. */
  open({ id, headersSealed }: Pick<ServerRow, 'id' | 'headersSealed'>): Record<string, string> {
    if (headersSealed === null) return {};
    const headers = stored.parse(JSON.parse(this.#ring.open('mcp-header', id, headersSealed).toString('utf8')));
    return Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  }
}
