import { openSandbox } from '../src/open-sandbox.ts';

/** A server with a command, for a test to kill. Its arguments: the folder of workspaces, the workspace, seconds to sleep. */
const [workspaces = '', workspace = '', seconds = '0'] = process.argv.slice(2);
const sandbox = await openSandbox({ workspaces });
await sandbox.prepareWorkspace(workspace);
const script = `setsid sleep ${seconds} & trap "" TERM HUP INT; echo up; while :; do sleep ${seconds}; done`;
sandbox
  .start({ workspace, command: ['sh', '-c', script], limits: { wallClockMs: 60_000 } })
  .onOutput((chunk) => process.stdout.write(chunk));
