import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Attempt, shell } from './attempt.ts';
import type { World } from './world.ts';

/** The arguments arrive as they are, and nothing of them is read as anything else. */
function literal(name: string, ...args: string[]): Attempt {
  return {
    name,
    command: () => ['/usr/bin/printf', '%s|', ...args],
    complaint: ({ output, end }) =>
      end.exitCode === 0 && output === `${args.join('|')}|` ? null : `${JSON.stringify(end)} ${output}`,
  };
}

function workspaceNamed(name: string, folder: string): Attempt {
  const place = (world: World) => path.join(world.folder, folder);
  return {
    name,
    command: (world) => {
      mkdirSync(place(world));
      return shell('[ "$(pwd)" = /workspace ] && [ -z "$(ls)" ] && [ ! -e /host ] && refused || escaped');
    },
    request: (world) => ({ workspace: place(world) }),
  };
}

/** Refused before anything starts. */
function thrown(name: string, request: Attempt['request'], command: readonly string[] = ['true']): Attempt {
  return {
    name,
    command: () => command,
    request: request ?? (() => ({})),
    complaint: ({ output }) => (output.startsWith('THROWN') ? null : output),
  };
}

export const argumentAttempts: readonly Attempt[] = [
  literal('adds a command by a semicolon', 'a; id', '&& id', '| id'),
  literal('adds a command by a substitution', '$(id)', '`id`', '$HOME'),
  literal('adds a command by a new line', 'a\nid', '\r\nid'),
  literal('adds an option of bubblewrap', '--bind', '/', '/host'),
  literal('adds an option of prlimit', '--nproc=unlimited', '--'),
  literal('adds a pattern', '*', '/proc/*', '~root'),
  {
    name: 'names an option as its program',
    command: () => ['--bind', '/', '/host', 'sh', '-c', 'ls /host && echo ESCAPED'],
    complaint: ({ output, end }) => (end.exitCode !== 0 && !output.includes('ESCAPED') ? null : output),
  },
  {
    name: 'names the end of options as its program',
    command: () => ['--', 'sh', '-c', 'echo ESCAPED'],
    complaint: ({ output, end }) => (end.exitCode !== 0 && !output.includes('ESCAPED\n') ? null : output),
  },
  {
    name: 'names a shell line as its program',
    command: () => ['echo ESCAPED; true'],
    complaint: ({ end }) => (end.exitCode === 127 ? null : JSON.stringify(end)),
  },
  {
    name: 'names nothing as its program',
    command: () => [''],
    complaint: ({ end }) => (end.exitCode !== 0 ? null : JSON.stringify(end)),
  },
  thrown('adds an option by a zero byte in a variable', (world) => ({
    env: { A: `x\0--bind\0${world.folder}\0/host` },
  })),
  thrown('adds an option by a zero byte in its folder', () => ({ directory: 'a\0--bind\0/\0/host' })),
  thrown('adds an argument by a zero byte', () => ({}), ['true', 'a\0b']),
  thrown('starts above the workspace', () => ({ directory: '../..' })),
  thrown('starts above the workspace, by a way through it', () => ({ directory: 'a/../../b' })),
  thrown('starts in a workspace that is not absolute', () => ({ workspace: 'workspace' })),
  thrown('starts without a command', () => ({}), []),
  {
    name: 'starts at the root, by a folder that looks absolute',
    command: () => shell('case "$(pwd)" in /workspace*) refused;; *) escaped;; esac'),
    request: () => ({ directory: '/' }),
  },
  {
    name: 'starts in a folder that leads out',
    command: (world) =>
      shell(`cat ${path.basename(world.neighbour)}/secret ../neighbour/secret 2>/dev/null && escaped || refused`),
    request: () => ({ directory: '.' }),
  },
  {
    name: 'loads a library by a variable',
    command: () => shell('[ "$LD_PRELOAD" = /workspace/evil.so ] && refused'),
    // The loader complains inside, and bubblewrap outside never hears of it.
    request: () => ({
      env: { LD_PRELOAD: '/workspace/evil.so', BASH_ENV: '/workspace/evil.sh', ENV: '/workspace/evil.sh' },
    }),
  },
  {
    name: 'loads a library by a variable, in a terminal',
    command: () => shell('[ "$LD_PRELOAD" = /workspace/evil.so ] && refused'),
    request: () => ({ env: { LD_PRELOAD: '/workspace/evil.so' }, terminal: { columns: 80, rows: 24 } }),
  },
  {
    name: 'puts another user into its variables',
    command: () => shell('[ "$(id -u)" = 1000 ] && refused || escaped'),
    request: () => ({ env: { UID: '0', EUID: '0', USER: 'root' } }),
  },
  workspaceNamed('lies in a folder named like an option', '--bind'),
  workspaceNamed('lies in a folder named like a command', '$(touch pwned); id'),
  workspaceNamed('lies in a folder with a line break', 'two\nlines'),
];
