import { spawn } from 'node:child_process';
import { checkNode } from './check-node.mjs';

checkNode();

/** `npm run demo`: the product with the scripted model behind it, over the real provider protocol. */
const port = process.env.MODEL_SERVER_PORT ?? '4010';
const model = spawn('tsx', ['src/main.ts'], {
  cwd: 'tooling/model-server',
  stdio: 'inherit',
  env: { ...process.env, MODEL_SERVER_PORT: port },
});
const program = spawn(process.execPath, ['tooling/scripts/start.mjs'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
    OPENAI_API_KEY: 'scripted-key',
    MODEL: 'scripted',
  },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => program.kill(signal));
program.on('exit', (code) => {
  model.kill();
  process.exit(code ?? 1);
});
