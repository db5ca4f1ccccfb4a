import { type Dialect, pageOf } from '../dialect.ts';
import { anthropicError } from '../errors.ts';
import { readMessage } from './anthropic-request.ts';
import { MessageStream } from './anthropic-stream.ts';

/** Anthropic's Messages. */
export const anthropic: Dialect = {
  name: 'anthropic',
  route: ({ method, path, headers }) => {
    if (method === 'POST' && path === '/v1/messages') return { to: 'answer' };
    return method === 'GET' && path === '/v1/models' && headers['anthropic-version'] !== undefined
      ? { to: 'models' }
      : null;
  },
  keyIn: (headers) => (typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : undefined),
  read: readMessage,
  open: (events, asked) => new MessageStream(events, asked),
  error: anthropicError,
  models(names, query) {
    const { items, hasMore } = pageOf(names, query.get('after_id'), Number(query.get('limit') ?? 20));
    const data = items.map((each) => ({
      type: 'model',
      id: each,
      display_name: `The ${each} model`,
      created_at: '2026-01-01T00:00:00Z',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
    }));
    return { data, has_more: hasMore, first_id: items[0] ?? null, last_id: items.at(-1) ?? null };
  },
};
