import { APICallError } from '@ai-sdk/provider';
import type { ProviderKind } from '@atelier/contracts/models';
import type * as z from 'zod';
import { anthropicPage, googlePage, type ListedModel, type ModelPage, openaiPage } from './listed-model.ts';
import type { ProviderSpec } from './model-spec.ts';
import { type About, invalidData, toModelError, unreachable } from './provider-errors.ts';

export type { ListedModel } from './listed-model.ts';

const maxPages = 20;
const maxBytes = 8 * 1024 * 1024;
const maxMs = 20_000;

interface List {
  readonly headers: (apiKey: string) => Record<string, string>;
  readonly query: (after: string | null) => Record<string, string>;
  readonly page: z.ZodType<ModelPage>;
}

const openai: List = {
  headers: (apiKey): Record<string, string> => (apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }),
  query: () => ({}),
  page: openaiPage,
};

const lists: Record<ProviderKind, List> = {
  openai,
  openai_compatible: openai,
  anthropic: {
    headers: (apiKey) => ({ 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }),
    query: (after) => ({ limit: '1000', ...(after === null ? {} : { after_id: after }) }),
    page: anthropicPage,
  },
  google: {
    headers: (apiKey) => ({ 'x-goog-api-key': apiKey }),
    query: (after) => ({ pageSize: '1000', ...(after === null ? {} : { pageToken: after }) }),
    page: googlePage,
  },
};

/**
 * The models that a provider offers with this key, each once, in the provider's order. Bounded in pages, bytes and
 * time, whatever the provider sends.
 * @throws ModelError
 */
export async function listModels(provider: ProviderSpec, signal: AbortSignal): Promise<readonly ListedModel[]> {
  const about = { provider: provider.name, model: '' };
  const timeout = AbortSignal.timeout(maxMs);
  const models = new Map<string, ListedModel>();
  try {
    let after: string | null = null;
    for (let pages = 0; pages < maxPages; pages += 1) {
      const page: ModelPage = await readPage(provider, { after, about, signal: AbortSignal.any([signal, timeout]) });
      for (const model of page.models) if (!models.has(model.id)) models.set(model.id, model);
      if (page.next === null || page.next === after) break;
      after = page.next;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw timeout.aborted ? unreachable(about, error) : toModelError(error, about);
  }
  return [...models.values()];
}

async function readPage(
  provider: ProviderSpec,
  opts: { readonly after: string | null; readonly about: About; readonly signal: AbortSignal },
): Promise<ModelPage> {
  const list = lists[provider.kind];
  const url = new URL(`${provider.baseUrl.replace(/(?<!\/)\/+$/, '')}/models`);
  for (const [name, value] of Object.entries(list.query(opts.after))) url.searchParams.set(name, value);
  // Redirections are not followed: the key would go along to whoever is named.
  const response = await (provider.fetch ?? globalThis.fetch)(url, {
    headers: { accept: 'application/json', ...list.headers(provider.apiKey) },
    redirect: 'error',
    signal: opts.signal,
  });
  const body = await readText(response, opts.about);
  if (!response.ok) throw refused(response, url, body);
  const page = list.page.safeParse(parseJson(body, opts.about));
  if (!page.success) throw invalidData(opts.about, page.error);
  return page.data;
}

/** As the SDK says it of its own requests, so that both are told in the same words. */
function refused(response: Response, url: URL, responseBody: string): APICallError {
  return new APICallError({
    message: response.statusText,
    url: url.href,
    requestBodyValues: {},
    statusCode: response.status,
    responseHeaders: Object.fromEntries(response.headers),
    responseBody,
  });
}

async function readText(response: Response, about: About): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw invalidData(about);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string, about: About): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidData(about, error);
  }
}
