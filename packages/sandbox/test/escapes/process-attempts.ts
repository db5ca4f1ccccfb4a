import { type Attempt, mustFail, perl, shell } from './attempt.ts';

export const processAttempts: readonly Attempt[] = [
  {
    name: 'sees processes of the host',
    command: () => shell('[ "$(ls -d /proc/[0-9]* | wc -l)" -le 6 ] && refused || escaped "$(ls -d /proc/[0-9]*)"'),
  },
  {
    name: 'signals the server',
    command: () => mustFail(`kill -0 ${process.pid} 2>/dev/null`),
    complaint: ({ output }) => (output.includes('REFUSED') || process.pid < 10 ? null : output),
  },
  {
    name: 'signals everything',
    command: () => perl('kill("KILL", -1); print "REFUSED"'),
  },
  {
    name: "finds the server's variables in any process",
    command: () => mustFail("cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -q SECRET"),
  },
  {
    name: "finds the server's variables in its own",
    command: () => mustFail('env | grep -q SECRET'),
  },
  {
    name: 'inherits a descriptor',
    // 10 and 255 are what shells keep their script by.
    command: () =>
      perl(`opendir(D, "/proc/1/fd"); my @open = grep { !/^\\./ && $_ > 2 && readlink("/proc/1/fd/$_") ne "/dev/null" } readdir(D);
        opendir(D, "/proc/self/fd"); push @open, grep { !/^\\./ && $_ > 2 && readlink("/proc/self/fd/$_") !~ m{^(/dev/null|/proc/)} } readdir(D);
        print @open ? "ESCAPED @open" : "REFUSED"`),
  },
  {
    name: 'inherits a descriptor in a terminal',
    command: () =>
      perl(
        'opendir(D, "/proc/1/fd"); my @open = grep { !/^\\./ && $_ > 2 } readdir(D); print @open ? "ESCAPED @open" : "REFUSED"',
      ),
    request: () => ({ terminal: { columns: 80, rows: 24 } }),
  },
  {
    name: 'finds a process without a filter',
    command: () => shell('for s in /proc/[0-9]*/status; do grep -q "^Seccomp:.2" $s || escaped $s; done; refused'),
  },
  {
    name: 'finds a process that may gain privileges',
    command: () => shell('for s in /proc/[0-9]*/status; do grep -q "^NoNewPrivs:.1" $s || escaped $s; done; refused'),
  },
  {
    name: 'makes a sandbox of its own, with other rights',
    command: () =>
      mustFail('unshare --user --map-root-user true || bwrap --unshare-user --ro-bind / / --tmpfs /usr true'),
  },
  {
    name: 'types into its terminal',
    command: () => perl('my $c = "x"; print ioctl(STDIN, 0x5412, $c) ? "ESCAPED" : "REFUSED"'),
    request: () => ({ terminal: { columns: 80, rows: 24 } }),
  },
  {
    name: 'pastes into a console',
    command: () => perl('my $c = "\\3"; print !ioctl(STDIN, 0x541C, $c) && $! == 1 ? "REFUSED" : "ESCAPED $!"'),
    request: () => ({ terminal: { columns: 80, rows: 24 } }),
  },
  {
    name: 'reaches terminals of others',
    command: () => shell('n=$(ls /dev/pts | grep -c "^[0-9]"); [ "$n" -le 0 ] && refused || escaped "$(ls /dev/pts)"'),
  },
  {
    name: "reads the host's message queues and shared memory",
    command: () => mustFail('tail -n +2 /proc/sysvipc/shm | grep -q . || tail -n +2 /proc/sysvipc/msg | grep -q .'),
  },
  {
    name: 'leaves a memory dump',
    command: () => shell('[ "$(ulimit -c)" = 0 ] && refused || escaped'),
  },
  {
    name: 'raises its limits',
    command: () => mustFail('ulimit -u 100000 || ulimit -n 100000 || ulimit -f unlimited || ulimit -d unlimited'),
  },
  {
    name: 'runs before everybody else',
    command: () =>
      mustFail(
        'nice -n -5 true 2>&1 | grep -qv "Permission denied\\|cannot set" && [ "$(nice -n -5 nice 2>/dev/null)" -lt 0 ]',
      ),
  },
];
