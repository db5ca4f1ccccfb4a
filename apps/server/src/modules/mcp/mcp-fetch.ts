import type { McpSettings } from '@atelier/contracts/tool-settings';

export interface McpFetchDeps {
  readonly settings: () => Promise<McpSettings>;
  /** To public addresses. */
  readonly toPublic: typeof globalThis.fetch;
  /** To addresses of one's own network as well. */
  readonly toInternal: typeof globalThis.fetch;
}

/** Requests to servers and their authorisation servers. Only what an administrator has written down may be internal. */
export function mcpFetch({ settings, toPublic, toInternal }: McpFetchDeps) {
  return async (address: string | URL, init?: RequestInit): Promise<Response> => {
    const url = new URL(address);
    const { internalHosts } = await settings();
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    const isInternal = internalHosts.includes(`${url.hostname}:${port}`);
    return await (isInternal ? toInternal : toPublic)(url, init);
  };
}
