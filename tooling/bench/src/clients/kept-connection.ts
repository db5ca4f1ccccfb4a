import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** One connection to each server, kept open: its making is not what a call costs. */
export class KeptConnection implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #headers: Readonly<Record<string, string>>;

  constructor(caller: { readonly token: string } | { readonly origin: string }) {
    this.#headers = 'token' in caller ? { authorization: `Bearer ${caller.token}` } : caller;
  }

  /** @throws Error unless the answer is a good one. */
  async read(url: string): Promise<string> {
    const { status, body } = await this.ask(url);
    if (status !== 200) throw new Error(`${status}: ${body.slice(0, 300)}`);
    return body;
  }

  /** Posts JSON when there is some. */
  async ask(url: string, json?: string): Promise<{ readonly status: number; readonly body: string }> {
    const posted = json === undefined ? {} : { 'content-type': 'application/json' };
    const method = json === undefined ? 'GET' : 'POST';
    return await new Promise((resolve, reject) => {
      const asking = request(url, { method, agent: this.#agent, headers: { ...this.#headers, ...posted } });
      asking.on('error', reject);
      asking.on('response', (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      });
      asking.end(json);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
