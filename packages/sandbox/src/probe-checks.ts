export interface ProbeAnswers {
  /** Every value that was said under a name, in order. */
  readonly of: (name: string) => readonly string[];
}

const anyZeros = /^0+$/;
const expectedVariables = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TMPDIR', 'PWD', 'OLDPWD', '_']);

export function readAnswers(output: string): ProbeAnswers {
  const lines = output.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line));
  return { of: (name) => lines.flatMap((line) => (line?.[1] === name ? [line[2] ?? ''] : [])) };
}

const namespaces = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'];

/**
 * What of the sandbox is not as it must be, in words; empty when all is.
 * @param ours The server's own namespaces, as `/proc/self/ns` names them: `net:[4026531840]`.
 */
export function failedChecks({ of }: ProbeAnswers, ours: readonly string[]): string[] {
  const checks: readonly (readonly [string, boolean])[] = [
    ['the workspace can be written', of('WORKSPACE')[0] === 'ok'],
    [`nothing else of the host is seen (${of('HOST').join(', ')})`, of('HOST').length === 0],
    [`nothing else can be written (${of('WROTE').join(', ')})`, of('WROTE').length === 0],
    ['other processes are not seen', Number(of('PROCESSES')[0] ?? 99) <= 5],
    [
      'every namespace is its own',
      namespaces.every((kind) => of('NAMESPACE').some((name) => name.startsWith(`${kind}:`) && !ours.includes(name))),
    ],
    ['the network is its own', of('INTERFACE').every((name) => ['all', 'default', 'lo'].includes(name))],
    [
      `nothing is inherited (descriptors ${of('DESCRIPTOR').join(', ')})`,
      of('DESCRIPTOR').every((name) => Number(name) <= 2 || name === '10'),
    ],
    ['there are no capabilities', ['CapEff', 'CapPrm', 'CapBnd'].every((name) => anyZeros.test(of(name)[0] ?? ''))],
    ['no privileges can be gained', of('NoNewPrivs')[0] === '1'],
    ['system calls are filtered', of('Seccomp')[0] === '2' && of('UNFILTERED').length === 0],
    ['the user is not root', of('Uid')[0]?.split(/\s/)[0] === '1000'],
    ['the limits of processes hold', of('LIMIT').some((line) => /^Max processes\s+64\s/.test(line))],
    ['no variables of the server are seen', of('VARIABLE').every((name) => expectedVariables.has(name))],
    ['no further namespaces can be made', of('NESTED').length === 0],
    ['the probe comes to its end', of('END')[0] === 'yes'],
  ];
  return checks.flatMap(([claim, holds]) => (holds ? [] : [claim]));
}
