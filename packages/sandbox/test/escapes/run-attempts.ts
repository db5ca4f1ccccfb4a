import type { SandboxProcess } from '../../src/ports.ts';
import type { Attempt, Outcome } from './attempt.ts';
import { attempts } from './attempts.ts';
import { openWorld, type World } from './world.ts';

/**
 * A program of its own, so that it can be run as another user: makes every attempt, or those whose name holds one of the
 * words it is given, and writes one line of JSON for each.
 */
export interface AttemptResult {
  readonly name: string;
  readonly complaint: string | null;
}

const words = process.argv.slice(2);
await using world = await openWorld();
// Somebody else's terminal is open the whole time: its other end is in the server.
const terminal = world.sandbox.start({
  ...{ workspace: world.neighbour, command: ['sleep', '600'], terminal: { columns: 80, rows: 24 } },
});
for (const attempt of attempts) {
  if (words.length > 0 && !words.some((word) => attempt.name.includes(word))) continue;
  const result: AttemptResult = { name: attempt.name, complaint: await complaintOf(attempt, world) };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
await terminal.stop();

async function complaintOf(attempt: Attempt, world: World): Promise<string | null> {
  const outcome = await make(attempt, world);
  if (outcome.output.includes(world.token)) return 'the token was read';
  const judge = attempt.complaint ?? refusal;
  return await judge(outcome, world);
}

async function make(attempt: Attempt, world: World): Promise<Outcome> {
  const chunks: Uint8Array[] = [];
  let running: SandboxProcess;
  const command = attempt.command(world);
  try {
    running = world.sandbox.start({ workspace: world.workspace, command, ...attempt.request?.(world) });
  } catch (error) {
    const end = { exitCode: null, signal: null, limit: null, message: null, durationMs: 0 };
    return { output: `THROWN ${error instanceof Error ? error.message : ''}`, end };
  }
  running.onOutput((chunk) => chunks.push(chunk));
  await attempt.meanwhile?.(running, world);
  const end = await running.ended;
  return { output: Buffer.concat(chunks).toString('utf8'), end };
}

function refusal({ output, end }: Outcome): string | null {
  if (output.includes('ESCAPED')) return output.trim();
  return output.includes('REFUSED') ? null : `was not tried: ${output.trim()} ${JSON.stringify(end)}`;
}
