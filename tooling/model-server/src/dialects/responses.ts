import type { Dialect } from '../dialect.ts';
import { openaiError } from '../errors.ts';
import { readResponse } from './responses-request.ts';
import { ResponseStream } from './responses-stream.ts';

/** OpenAI's Responses. */
export const responses: Dialect = {
  name: 'responses',
  route: ({ method, path }) => (method === 'POST' && path === '/v1/responses' ? { to: 'answer' } : null),
  keyIn: (headers) => headers.authorization?.replace(/^Bearer /, ''),
  read: readResponse,
  open: (events, asked) => new ResponseStream(events, asked),
  error: openaiError,
  models: () => ({ object: 'list', data: [] }),
};
