import type { Capability } from '@atelier/contracts/system';
import type { Roles } from './composition/options.ts';
import { compose, type Program, webDirectoryFrom } from './composition.ts';
import { readConfig } from './config.ts';
import { endWith } from './start-failure.ts';

/** Starts one process of the program in these roles, and stops it in order when asked. */
export async function runProgram(roles: Roles): Promise<void> {
  const startedAt = performance.now();
  let started: Program | null = null;
  try {
    const config = readConfig();
    const program = await compose({ config, roles, webDirectory: webDirectoryFrom(import.meta.dirname) });
    started = program;
    stopOnSignal(program);
    keepAlive(program);
    const server = await program.start();
    const address = server?.address();
    const port = address && typeof address === 'object' ? address.port : config.http.port;
    const url = roles.server ? (config.http.publicUrl ?? `http://localhost:${port}`) : null;
    const setupLink = roles.server ? await program.newSetupLink() : null;
    const seconds = (performance.now() - startedAt) / 1000;
    const capabilities = await program.services.system.capabilities({ principal: { kind: 'system' } }, null);
    tell(program, { url, setupLink, capabilities, dataDirectory: config.dataDirectory, seconds });
  } catch (error) {
    // What was opened is closed: a failed start leaves no database running behind it.
    await started?.stop().catch(() => undefined);
    endWith(error);
  }
}

/** What a newcomer needs to know, in words; everything after it is JSON lines. */
function tell(
  program: Program,
  facts: {
    readonly url: string | null;
    readonly setupLink: string | null;
    readonly dataDirectory: string;
    readonly seconds: number;
    readonly capabilities: readonly Capability[];
  },
): void {
  const lines = [
    '',
    facts.url ? `  Atelier is ready at ${facts.url}` : '  The Atelier worker is ready',
    `  Data: ${facts.dataDirectory} (${program.postgres.description})`,
    ...facts.capabilities.map(({ isOn, label, remedy }) =>
      isOn ? `  On:  ${label}` : `  Off: ${label}\n       ${remedy}`,
    ),
    // It goes to the terminal and into no log: whoever reads it may own the installation.
    ...(facts.setupLink
      ? ['', '  Nobody owns this Atelier yet. Within an hour, its owner opens:', `  ${facts.setupLink}`]
      : []),
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  program.log.info({ readyAfterSeconds: Number(facts.seconds.toFixed(2)) }, 'ready');
}

function stopOnSignal(program: Program): void {
  let stoppingSince: number | null = null;
  const stop = (signal: NodeJS.Signals) => {
    // A terminal signals the whole group and the starter hands its signal on: that is one request, not two.
    const isRepeated = stoppingSince !== null && performance.now() - stoppingSince > 1000;
    if (isRepeated) process.exit(1);
    if (stoppingSince !== null) return;
    stoppingSince = performance.now();
    program.log.info({ signal }, 'stopping');
    program.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        program.log.error({ error }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** One broken request must not end everybody's process. It is a bug all the same: it is counted and logged. */
function keepAlive(program: Program): void {
  process.on('unhandledRejection', (error) => program.log.error({ error }, 'unhandled rejection'));
  process.on('uncaughtException', (error) => program.log.error({ error }, 'uncaught exception'));
}
