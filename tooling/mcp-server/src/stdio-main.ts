import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { sampleServer, sampleTools } from './sample-tools.ts';

const ignore = () => undefined;
await sampleServer(() => sampleTools, {
  name: process.cwd(),
  onCall: ignore,
  onCancelled: ignore,
}).connect(new StdioServerTransport());
