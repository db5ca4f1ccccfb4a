import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';
import { textAt } from '../fields.ts';
import { listen } from './listen.ts';

/** The least there can be between a browser and a model: the AI SDK, and each piece of text as a server-sent event. */
const provider = createOpenAICompatible({
  name: 'openai-compatible',
  baseURL: process.env.OPENAI_BASE_URL ?? '',
  apiKey: process.env.OPENAI_API_KEY ?? '',
  includeUsage: true,
});
const model = provider(process.env.MODEL ?? '');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const prompt = textAt(await json(request), 'text');
  const result = streamText({ model, prompt });
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for await (const text of result.textStream) response.write(`data: ${JSON.stringify({ text })}\n\n`);
  response.end('data: [DONE]\n\n');
}

await listen(
  createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  }),
);
