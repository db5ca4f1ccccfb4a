import { describe, expect, test } from 'vitest';
import type { AnyTool, BackgroundProcess, Shell, ShellCommand } from '../ports.ts';
import { commandTools } from './command-tools.ts';

interface Ran extends ShellCommand {
  readonly timeoutMs: number;
}

/** A shell whose commands write these and end with this. */
function setUp(
  over: { readonly writes?: readonly string[]; readonly exitCode?: number; readonly message?: string } = {},
) {
  const ran: Ran[] = [];
  const kept: string[] = [];
  const emitted: string[] = [];
  const processes: BackgroundProcess[] = [];
  const end = { exitCode: over.exitCode ?? 0, message: over.message ?? null, durationMs: 5 };
  const shell: Shell = {
    async run(command, { timeoutMs, onOutput }) {
      ran.push({ ...command, timeoutMs });
      for (const text of over.writes ?? []) onOutput(text);
      return end;
    },
    async start(command) {
      const state = { end: null as BackgroundProcess['end'] };
      const process: BackgroundProcess = {
        id: `p${processes.length + 1}`,
        title: command.argv.join(' '),
        get end() {
          return state.end;
        },
        takeOutput: () => (over.writes ?? []).join(''),
        async stop() {
          state.end = { ...end, exitCode: null };
        },
      };
      processes.push(process);
      return process;
    },
    processes: () => processes,
    async keepOutput(text) {
      kept.push(text);
      return `outputs/${kept.length}.txt`;
    },
  };
  const tools = new Map(commandTools(shell).map((tool): [string, AnyTool] => [tool.name, tool]));
  async function use(name: string, input: object) {
    const call = tools.get(name)?.prepare(input);
    if (!call) throw new Error(`There is no ${name}.`);
    const outcome = await call.execute({
      signal: new AbortController().signal,
      emit: (text) => void emitted.push(text),
    });
    return { title: call.title, ...outcome };
  }
  return { ran, kept, emitted, use, tools };
}

describe('a command', () => {
  test('is a line for bash in a directory, with a time, and its output is streamed and given back', async () => {
    const { ran, emitted, use } = setUp({ writes: ['one\n', 'two\n'] });

    expect(await use('run_command', { command: 'npm  test\n', directory: 'app', timeoutSeconds: 5 })).toEqual({
      title: 'npm test',
      output: 'one\ntwo',
      isError: false,
    });
    expect(ran).toEqual([{ argv: ['bash', '-c', 'npm  test\n'], directory: 'app', timeoutMs: 5000 }]);
    expect(emitted).toEqual(['one\n', 'two\n']);
  });

  test.each([
    [{ exitCode: 3 }, '[Exit code 3.]'],
    [{ exitCode: 137, message: 'It was stopped after 5 s.' }, '[It was stopped after 5 s.]'],
  ])('that failed says how: %j', async (over, output) => {
    expect(await setUp(over).use('run_command', { command: 'false' })).toMatchObject({ output, isError: true });
  });

  test.each([0, 601, 1.5])('has ten minutes at most, not %d s', (timeoutSeconds) => {
    expect(() => setUp().tools.get('run_command')?.prepare({ command: 'ls', timeoutSeconds })).toThrow();
  });

  test('of git is its arguments, which no shell reads', async () => {
    const { ran, use } = setUp();

    expect(await use('git', { args: ['commit', '-m', '$(id); rm -rf /'] })).toMatchObject({
      title: 'git commit -m $(id); rm -rf /',
    });
    expect(ran[0]?.argv).toEqual(['git', '--no-pager', 'commit', '-m', '$(id); rm -rf /']);
  });
});

describe('a long output', () => {
  const long = `${'a'.repeat(30_000)}${'z'.repeat(30_000)}`;

  test('is given back by its beginning and its end, and lies in a file as it was', async () => {
    const { kept, use } = setUp({ writes: [long] });

    const { output } = await use('run_command', { command: 'yes' });

    expect(output.length).toBeLessThan(24_200);
    expect(output).toMatch(
      /^a{8000}\n\[36000 characters are left out here\. The whole output is in outputs\/1\.txt\.\]\nz{16000}$/,
    );
    expect(kept).toEqual([long]);
  });

  test('is shown while it comes up to a bound, and is kept beyond it', async () => {
    const pieces = Array.from({ length: 30 }, (_, n) => String(n % 10).repeat(10_000));
    const { kept, emitted, use } = setUp({ writes: pieces });

    await use('run_command', { command: 'yes' });

    expect(emitted.join('').length).toBeLessThan(100_200);
    expect(emitted.at(-1)).toContain('There is more');
    expect(kept).toEqual([pieces.join('')]);
  });
});

describe('a process that goes on', () => {
  test('is started, read and stopped by its name', async () => {
    const { use } = setUp({ writes: ['listening\n'] });

    expect((await use('start_process', { command: 'npm start' })).output).toBe('Started as p1.');
    expect((await use('read_process', { id: 'p1' })).output).toBe('listening\n\n[It still runs.]');
    expect((await use('stop_process', { id: 'p1' })).output).toBe('p1 has ended.');
    expect((await use('read_process', { id: 'p1' })).output).toBe('listening\n\n[It was stopped.]');
  });

  test('that is not there is told with those that are', async () => {
    const { use } = setUp();
    await expect(use('read_process', { id: 'p1' })).rejects.toThrow(
      /^There is no process p1 here: .* Here are: none\./,
    );
    await use('start_process', { command: 'npm start' });
    await expect(use('stop_process', { id: 'p7' })).rejects.toThrow(/^There is no process p7 here: .* Here are: p1\./);
  });
});
