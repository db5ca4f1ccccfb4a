import { startModelServer } from '@atelier/model-server/model-server';
import { onMessage, say } from './talk.ts';

onMessage(() => undefined);
const { url, key, model } = await startModelServer();
say({ type: 'listening', url, key, model });
