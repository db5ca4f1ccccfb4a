import type { Dialect } from '../dialect.ts';
import { openaiError } from '../errors.ts';
import { readChat } from './chat-request.ts';
import { ChatStream } from './chat-stream.ts';

/** OpenAI's chat completions, as servers that are compatible with them speak it. */
export const chat: Dialect = {
  name: 'chat',
  route: ({ method, path, headers }) => {
    if (method === 'POST' && path === '/v1/chat/completions') return { to: 'answer' };
    const isAnthropic = headers['anthropic-version'] !== undefined;
    return method === 'GET' && path === '/v1/models' && !isAnthropic ? { to: 'models' } : null;
  },
  keyIn: (headers) => headers.authorization?.replace(/^Bearer /, ''),
  read: readChat,
  open: (events, asked) => new ChatStream(events, asked),
  error: openaiError,
  models: (names) => ({
    object: 'list',
    data: names.map((id) => ({ id, object: 'model', created: 0, owned_by: 'atelier', context_length: 200_000 })),
  }),
};
