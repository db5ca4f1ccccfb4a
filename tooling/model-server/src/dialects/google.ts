import { type Dialect, pageOf } from '../dialect.ts';
import { googleError } from '../errors.ts';
import { readContent } from './google-request.ts';
import { ContentStream } from './google-stream.ts';

/** Google's Gemini API. */
export const google: Dialect = {
  name: 'google',
  route: ({ method, path }) => {
    if (method === 'GET' && path === '/v1beta/models') return { to: 'models' };
    const [, model] = /^\/v1beta\/models\/([^/:]+):streamGenerateContent$/.exec(path) ?? [];
    return method === 'POST' && model !== undefined ? { to: 'answer', model } : null;
  },
  keyIn: (headers) => (typeof headers['x-goog-api-key'] === 'string' ? headers['x-goog-api-key'] : undefined),
  read: readContent,
  open: (events, asked) => new ContentStream(events, asked),
  error: googleError,
  models(names, query) {
    const { items, hasMore } = pageOf(names, query.get('pageToken'), Number(query.get('pageSize') ?? 50));
    const models = items.map((each) => ({
      name: `models/${each}`,
      displayName: `The ${each} model`,
      inputTokenLimit: 1_000_000,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: ['generateContent', 'countTokens'],
    }));
    const other = { name: 'models/embedding', supportedGenerationMethods: ['embedContent'] };
    return { models: [...models, other], ...(hasMore ? { nextPageToken: items.at(-1) } : {}) };
  },
};
