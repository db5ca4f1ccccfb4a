import https from 'node:https';
import { providerTimeoutMs } from './identity-provider.ts';

/** No answer about one person is larger. */
const maxBytes = 256 * 1024;

interface RequestOptions {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | number>>;
}
type Callback = (
  error: { readonly statusCode: number; readonly data: string } | Error | null,
  body?: string,
  response?: { readonly statusCode: number },
) => void;

/**
 * Puts a transport of ours under a passport strategy. That of the library `oauth` waits for ever, reads without end,
 * and throws where nobody can catch it when an answer is `null` or no JSON: one odd answer would end the process.
 * https://github.com/ciaranj/node-oauth/blob/master/lib/oauth2.js
 */
export function boundTransport(oauth2: object): void {
  Object.assign(oauth2, { _executeRequest: execute });
}

function execute(library: unknown, options: RequestOptions, body: string | null, callback: Callback): void {
  ask(library === https ? 'https:' : 'http:', options, body)
    .then(({ status, text }) => {
      if (status < 200 || status > 299) return callback({ statusCode: status, data: text });
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || value === null) throw new Error('The answer is no object.');
      return callback(null, text, { statusCode: status });
    })
    .catch((error: unknown) => callback(error instanceof Error ? error : new Error('The request failed.')));
}

async function ask(
  protocol: string,
  { path, method, headers }: RequestOptions,
  body: string | null,
): Promise<{ readonly status: number; readonly text: string }> {
  // Host and Content-Length are set from the address and the body.
  const { Host, 'Content-Length': _, 'Content-length': __, ...others } = headers;
  const response = await fetch(`${protocol}//${Host}${path}`, {
    method,
    headers: Object.entries(others).map(([name, value]): [string, string] => [name, String(value)]),
    body: body || null,
    redirect: 'manual',
    signal: AbortSignal.timeout(providerTimeoutMs),
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error('The answer is too large.');
    chunks.push(chunk);
  }
  return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
}
