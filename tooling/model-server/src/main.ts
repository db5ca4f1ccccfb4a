import { startModelServer } from './model-server.ts';

const server = await startModelServer({ port: Number(process.env.MODEL_SERVER_PORT ?? 4010) });
console.log(`The scripted model listens at ${server.url}
  OPENAI_BASE_URL=${server.url} OPENAI_API_KEY=${server.key} MODEL=${server.model} npm start
Write its script into your message, for example:
  [[reason 20]] [[tokens 200 @50/s]]
  [[tool write_file {"path":"notes.md","text":"hello"}]] [[tokens 30]]
  [[status 503 times 2]] [[tokens 20]]      [[tokens 50]] [[cut 20]]`);
