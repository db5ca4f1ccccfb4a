import { readdirSync, readFileSync } from 'node:fs';
import { type Attempt, mebibyte, mustFail, perl, shell, stoppedBy } from './attempt.ts';

/** Processes of this machine whose command line holds a word that only one attempt uses. */
function alive(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(word);
    } catch {
      return false;
    }
  });
}

/** Seconds to sleep that tell one process from all others of this machine, while the attempts run twice at a time. */
const own = (number: number) => String(1_000_000_000 + process.pid * 10 + number);

/** Leaves a sleeping process behind, which must be gone when the command has ended. */
function survivor(name: string, number: number, program: (seconds: string) => string): Attempt {
  const word = own(number);
  return {
    name,
    command: () => shell(`${program(word)}\nsleep 0.3; grep -qsx sleep /proc/[0-9]*/comm && refused`),
    complaint: ({ output }) => {
      if (!output.includes('REFUSED')) return `was not tried: ${output}`;
      return alive(word).length === 0 ? null : `still alive: ${alive(word).join(', ')}`;
    },
  };
}

const quick = { wallClockMs: 20_000 };

export const limitAttempts: readonly Attempt[] = [
  {
    name: 'sleeps for ever',
    command: () => ['sleep', own(1)],
    request: () => ({ limits: { wallClockMs: 300 } }),
    complaint: stoppedBy('time', '0.3 seconds'),
  },
  {
    name: 'ignores every signal that can be ignored',
    command: () => perl('$SIG{$_} = "IGNORE" for keys %SIG; sleep 1 while 1'),
    request: () => ({ limits: { wallClockMs: 300 } }),
    complaint: stoppedBy('time', '0.3 seconds'),
  },
  {
    name: 'ignores the request to end',
    command: () => perl('$SIG{TERM} = "IGNORE"; $| = 1; print "up"; sleep 1 while 1'),
    meanwhile: async (process) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await process.stop();
    },
    complaint: ({ end }) => (end.durationMs < 2500 ? null : `took ${end.durationMs} ms`),
  },
  {
    name: 'computes for ever',
    command: () => perl('1 while 1'),
    request: () => ({ limits: { cpuSeconds: 1 } }),
    complaint: stoppedBy('time', '1 seconds of computing'),
  },
  {
    name: 'forks without end',
    command: () => perl('fork while 1'),
    request: () => ({ limits: { ...quick, processes: 64 } }),
    complaint: stoppedBy('processes', '64 processes'),
  },
  {
    name: 'starts 10,000 processes',
    command: () => perl('for (1 .. 10000) { my $pid = fork; if (defined $pid && !$pid) { sleep 60; exit } } sleep 60'),
    request: () => ({ limits: { ...quick, processes: 100 } }),
    complaint: stoppedBy('processes', '100 processes'),
  },
  {
    name: 'starts threads without end',
    command: () => [
      'node',
      '-e',
      'const { Worker } = require("worker_threads"); setInterval(() => { try { new Worker("setInterval(()=>{},1000)", { eval: true }).on("error", () => {}) } catch {} }, 1)',
    ],
    request: () => ({ limits: { ...quick, processes: 60 } }),
    complaint: ({ end, output }) =>
      end.limit === 'processes' || end.exitCode !== 0 ? null : `${JSON.stringify(end)} ${output.slice(0, 200)}`,
  },
  {
    name: 'takes much memory at once',
    command: () => perl('my @m; push @m, "x" x (16 << 20) for 1 .. 200; sleep 10'),
    request: () => ({ limits: { ...quick, memoryBytes: 256 * mebibyte } }),
    complaint: stoppedBy('memory', '256 MiB'),
  },
  {
    name: 'takes much memory in many small processes',
    command: () => perl('for (1 .. 20) { if (!fork) { my $m = "x" x (40 << 20); sleep 20; exit } } sleep 20'),
    request: () => ({ limits: { ...quick, memoryBytes: 256 * mebibyte } }),
    complaint: stoppedBy('memory', '256 MiB'),
  },
  {
    name: 'reserves more than there is',
    command: () => perl('my $m = "x" x (900 << 20); sleep 5'),
    request: () => ({ limits: { ...quick, memoryBytes: 100 * mebibyte } }),
    complaint: ({ end }) => (end.limit === 'memory' || end.exitCode !== 0 ? null : JSON.stringify(end)),
  },
  {
    name: 'fills the temporary folder',
    command: () => mustFail('for n in 1 2 3 4; do head -c 64M /dev/zero > /tmp/fill-$n || exit 1; done'),
  },
  {
    name: 'fills the shared memory',
    command: () => mustFail('for n in 1 2 3 4; do head -c 64M /dev/zero > /dev/shm/fill-$n || exit 1; done'),
  },
  {
    name: 'writes a file of 100 GB with holes',
    command: () => perl('open(F, ">", "holes"); truncate(F, 100 << 30) and print "ESCAPED"'),
    request: () => ({ limits: { ...quick, fileBytes: mebibyte } }),
    complaint: stoppedBy('file_size', '1 MiB'),
  },
  {
    name: 'writes one large file',
    command: () => shell('head -c 50M /dev/zero > large; exit $?'),
    request: () => ({ limits: { ...quick, fileBytes: 8 * mebibyte } }),
    complaint: stoppedBy('file_size', '8 MiB'),
  },
  {
    name: 'fills the disk with many files',
    command: () => shell('i=0; while :; do i=$((i+1)); head -c 5M /dev/zero > full-$i; done'),
    request: () => ({ limits: { ...quick, diskBytes: 60 * mebibyte } }),
    complaint: stoppedBy('disk', '60 MiB'),
  },
  {
    name: 'empties a full workspace again',
    command: () => shell('echo more >> full-1; rm -f full-* large holes && refused'),
    request: () => ({ limits: { ...quick, diskBytes: 60 * mebibyte } }),
  },
  {
    name: 'fills the disk with files that are deleted and open',
    command: () =>
      perl(
        'my @f; for (1 .. 200) { open(my $f, ">", "hidden"); unlink "hidden"; print $f "x" x (2 << 20); push @f, $f; select undef, undef, undef, 0.02 } sleep 20',
      ),
    request: () => ({ limits: { ...quick, diskBytes: 60 * mebibyte } }),
    complaint: stoppedBy('disk', '60 MiB'),
  },
  {
    name: 'fills the disk with empty files',
    command: () =>
      perl('mkdir "empty"; for (1 .. 60000) { open(my $f, ">", "empty/$_") } print "made"; sleep 2; 1 while 1'),
    request: () => ({ limits: { ...quick, diskBytes: 40 * mebibyte } }),
    complaint: ({ end }) => (end.limit === 'disk' ? null : JSON.stringify(end)),
  },
  {
    name: 'removes the empty files',
    command: () => shell('rm -rf empty && refused'),
    request: () => ({ limits: { ...quick, diskBytes: 40 * mebibyte } }),
  },
  {
    name: 'writes without end',
    command: () => ['yes'],
    request: () => ({ limits: { ...quick, outputBytes: mebibyte } }),
    complaint: ({ end, output }) =>
      output.length === mebibyte && end.limit === 'output' && end.message?.includes('1 MiB')
        ? null
        : `${output.length} ${JSON.stringify(end)}`,
  },
  {
    name: 'writes errors without end',
    command: () => shell('yes >&2'),
    request: () => ({ limits: { ...quick, outputBytes: mebibyte } }),
    complaint: stoppedBy('output', '1 MiB'),
  },
  {
    name: 'opens files without end',
    command: () =>
      perl('my @f; while (open(my $f, "<", "/dev/null")) { push @f, $f } print @f < 300 ? "REFUSED" : "ESCAPED " . @f'),
    request: () => ({ limits: { openFiles: 256 } }),
  },
  survivor('leaves a process in the background', 2, (seconds) => `sleep ${seconds} > /dev/null 2>&1 &`),
  survivor('leaves a process in a session of its own', 3, (seconds) => `setsid sleep ${seconds} > /dev/null 2>&1 &`),
  survivor('leaves a process that ignores the hangup', 4, (seconds) => `nohup sleep ${seconds} > /dev/null 2>&1 &`),
  survivor(
    'leaves a process that was forked twice',
    5,
    (seconds) => `perl -e 'if (!fork) { use POSIX; POSIX::setsid(); if (!fork) { exec "sleep", "${seconds}" } exit }'`,
  ),
  {
    name: 'leaves a process that holds the output open',
    command: () => shell(`sleep ${own(6)} & refused`),
    complaint: ({ end }) => (end.durationMs < 5000 && alive(own(6)).length === 0 ? null : JSON.stringify(end)),
  },
];
