import * as z from 'zod';
import { defineTool } from '../define-tool.ts';
import { type AnyTool, type Shell, type ShellEnd, type ToolContext, WorkspaceError } from '../ports.ts';
import { boundOutput, OutputCollector } from './bounded-output.ts';

const defaultTimeoutSeconds = 120;
const maxTimeoutSeconds = 600;

// Made once: a schema is turned into JSON Schema the first time, and found again after that.
const command = z.string().min(1).max(20_000).describe('A command line for bash.');
const directory = z.string().max(1024).default('').describe('Where to run it; empty for the workspace itself.');
const runCommandInput = z.strictObject({
  command,
  directory,
  timeoutSeconds: z.number().int().min(1).max(maxTimeoutSeconds).default(defaultTimeoutSeconds),
});
const gitInput = z.strictObject({
  args: z.array(z.string().max(10_000)).min(1).max(200).describe('The arguments after "git", one by one.'),
  directory,
});
const startProcessInput = z.strictObject({ command, directory });
const processInput = z.strictObject({ id: z.string().min(1).max(50).describe('As start_process named it.') });

/** Everything that runs programs. Where there is no sandbox there is none of it. */
export function commandTools(shell: Shell): readonly AnyTool[] {
  return [runCommand(shell), git(shell), startProcess(shell), readProcess(shell), stopProcess(shell)];
}

function runCommand(shell: Shell): AnyTool {
  return defineTool({
    name: 'run_command',
    description:
      'Runs a command line in the workspace and waits for its end. It sees the workspace at /workspace and nothing else of the machine; what it starts ends with it. For servers and watchers use start_process.',
    input: runCommandInput,
    effect: 'execute',
    title: (input) => oneLine(input.command),
    execute: async (input, context) =>
      await runToEnd(shell, { argv: bash(input.command), directory: input.directory }, context, input.timeoutSeconds),
  });
}

function git(shell: Shell): AnyTool {
  return defineTool({
    name: 'git',
    description: 'Runs git in the workspace, without a pager, an editor or a prompt. No shell reads the arguments.',
    input: gitInput,
    effect: 'execute',
    title: (input) => oneLine(`git ${input.args.join(' ')}`),
    execute: async (input, context) =>
      await runToEnd(
        shell,
        { argv: ['git', '--no-pager', ...input.args], directory: input.directory },
        context,
        defaultTimeoutSeconds,
      ),
  });
}

function startProcess(shell: Shell): AnyTool {
  return defineTool({
    name: 'start_process',
    description:
      'Starts a command line that goes on while you work, such as a server or a watcher. Read what it writes with read_process, end it with stop_process.',
    input: startProcessInput,
    effect: 'execute',
    title: (input) => `Start ${oneLine(input.command)}`,
    async execute(input, { trace }) {
      const { id } = await shell.start({ argv: bash(input.command), directory: input.directory }, { trace });
      return { output: `Started as ${id}.` };
    },
  });
}

function readProcess(shell: Shell): AnyTool {
  return defineTool({
    name: 'read_process',
    description: 'What a started process wrote since it was last read, and whether it still runs.',
    input: processInput,
    effect: 'read',
    title: ({ id }) => `Read what ${id} writes`,
    async execute({ id }) {
      const found = processNamed(shell, id);
      const output = await boundOutput(found.takeOutput(), (text) => shell.keepOutput(text));
      const state = found.end === null ? '[It still runs.]' : describeEnd(found.end);
      return { output: [output, state].filter((line) => line !== '').join('\n') };
    },
  });
}

function stopProcess(shell: Shell): AnyTool {
  return defineTool({
    name: 'stop_process',
    description: 'Ends a started process and everything it started.',
    input: processInput,
    effect: 'ask',
    title: ({ id }) => `Stop ${id}`,
    async execute({ id }) {
      await processNamed(shell, id).stop();
      return { output: `${id} has ended.` };
    },
  });
}

async function runToEnd(
  shell: Shell,
  command: { readonly argv: readonly string[]; readonly directory: string },
  { signal, emit, trace }: ToolContext,
  timeoutSeconds: number,
) {
  const collector = new OutputCollector(emit);
  const end = await shell.run(command, { timeoutMs: timeoutSeconds * 1000, signal, onOutput: collector.add, trace });
  const output = await boundOutput(collector.text, (text) => shell.keepOutput(text));
  const isError = end.exitCode !== 0;
  return { output: [output.trimEnd(), describeEnd(end)].filter((line) => line !== '').join('\n'), isError };
}

/** Nothing of one that ended as it should. */
function describeEnd({ exitCode, message }: ShellEnd): string {
  if (message !== null) return `[${message}]`;
  if (exitCode === null) return '[It was stopped.]';
  return exitCode === 0 ? '' : `[Exit code ${exitCode}.]`;
}

function bash(line: string): readonly string[] {
  return ['bash', '-c', line];
}

function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function processNamed(shell: Shell, id: string) {
  const found = shell.processes().find((process) => process.id === id);
  if (found) return found;
  const known = shell.processes().map((process) => process.id);
  const running = known.length === 0 ? 'none' : known.join(', ');
  throw new WorkspaceError(
    `There is no process ${id} here: it has ended with the program that ran it, or an hour after it was last asked for, or ` +
      `another worker has it. Here are: ${running}. Start it again if you need it.`,
  );
}
