import net from 'node:net';
import { type Attempt, mustFail, perl, shell } from './attempt.ts';
import type { World } from './world.ts';

/** Opens a TCP connection and reads what is said. */
const connects = (host: string, port: number) =>
  perl(
    `use IO::Socket::INET; my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 3);
     print $s ? "ESCAPED " . <$s> : "REFUSED"`,
    host,
    String(port),
  );

const cannotConnect = (name: string, host: (world: World) => string, port: (world: World) => number): Attempt => ({
  name,
  command: (world) => connects(host(world), port(world)),
});

/** Asks the proxy, in the name of the command, by its own words. */
const throughProxy = (name: string, requestOf: (world: World) => string): Attempt => ({
  name,
  command: (world) =>
    perl(
      `use IO::Socket::INET; my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => 3128, Timeout => 3) or die "no relay";
       print $s $ARGV[0]; my $a = join "", <$s>; print $a =~ m{^HTTP/1.1 40[03]} ? "REFUSED $a" : "ESCAPED $a"`,
      requestOf(world),
    ),
  request: (world) => ({ network: { kind: 'proxy', allow: ['*'], options: { ports: [80, 443, world.tcpPort] } } }),
});

/** Refused for this reason, and not because a name was not found, for example. */
const refusedWith = (words: string): Attempt['complaint'] => {
  return ({ output }) => (output.includes('REFUSED') && output.includes(words) ? null : `refused otherwise: ${output}`);
};

const connectTo = (host: string) => (world: World) => `CONNECT ${host}:${world.tcpPort} HTTP/1.1\r\nHost: x\r\n\r\n`;
const getFrom = (host: string) => (world: World) =>
  `GET http://${host}:${world.tcpPort}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

export const networkAttempts: readonly Attempt[] = [
  cannotConnect(
    "reaches a service on the host's loopback",
    () => '127.0.0.1',
    (world) => world.tcpPort,
  ),
  cannotConnect(
    "reaches a service on the host's address",
    (world) => world.address,
    (world) => world.tcpPort,
  ),
  cannotConnect(
    'reaches the metadata service',
    () => '169.254.169.254',
    () => 80,
  ),
  cannotConnect(
    'reaches the internet',
    () => '1.1.1.1',
    () => 443,
  ),
  cannotConnect(
    'reaches the database',
    () => '127.0.0.1',
    () => 5432,
  ),
  {
    name: 'asks a name server',
    command: () =>
      perl(
        'use IO::Socket::INET; my $s = IO::Socket::INET->new(Proto => "udp", PeerAddr => "8.8.8.8", PeerPort => 53); print $s && $s->send("x") ? "ESCAPED" : "REFUSED"',
      ),
  },
  {
    name: 'reaches an abstract socket of the host',
    command: (world) =>
      perl(
        'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); print connect(S, pack_sockaddr_un("\\0$ARGV[0]")) ? "ESCAPED " . <S> : "REFUSED"',
        world.abstractSocket,
      ),
  },
  {
    name: 'reaches a socket file of the host',
    command: (world) =>
      perl(
        'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); print connect(S, pack_sockaddr_un($ARGV[0])) ? "ESCAPED " . <S> : "REFUSED"',
        world.socketFile,
      ),
  },
  {
    name: 'reaches the socket of Docker',
    command: () =>
      mustFail('ls /var/run/docker.sock /run/docker.sock /run/containerd /run/podman /run/dbus /run/systemd'),
  },
  {
    name: 'sees network interfaces of the host',
    command: () => shell('[ "$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " ")" = lo ] && refused || escaped'),
  },
  {
    name: 'listens to the world',
    command: () =>
      perl(
        'use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "0.0.0.0", LocalPort => 48231) or die; $| = 1; print "LISTENING\\n"; alarm 2; $s->accept and print "ESCAPED"; sleep 3',
      ),
    meanwhile: async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await new Promise<void>((resolve) => {
        const socket = net.connect({ port: 48_231, host: '127.0.0.1' }, () => socket.end('x'));
        socket.on('error', () => resolve()).on('close', () => resolve());
      });
    },
    complaint: ({ output }) => (output.trim() === 'LISTENING' || output.startsWith('LISTENING\nAlarm') ? null : output),
  },
  {
    name: 'goes around the proxy',
    command: () => connects('1.1.1.1', 443),
    request: () => ({ network: { kind: 'proxy', allow: ['*'] } }),
  },
  throughProxy('reaches the loopback through the proxy', connectTo('127.0.0.1')),
  throughProxy('reaches the loopback by name', connectTo('localhost')),
  throughProxy('reaches the loopback by a short spelling', connectTo('127.1')),
  throughProxy('reaches the loopback by a number', connectTo('2130706433')),
  throughProxy('reaches the loopback in hexadecimal', connectTo('0x7f.0.0.1')),
  throughProxy('reaches the loopback by IPv6', connectTo('[::1]')),
  throughProxy('reaches the loopback by a mapped address', connectTo('[::ffff:127.0.0.1]')),
  throughProxy('reaches the loopback by no address', connectTo('0.0.0.0')),
  throughProxy('reaches the loopback by a plain request', getFrom('127.0.0.1')),
  throughProxy('reaches the host by its own address', (world) => connectTo(world.address)(world)),
  throughProxy(
    'reaches metadata through the proxy',
    () => 'GET http://169.254.169.254/latest/ HTTP/1.1\r\nHost: x\r\n\r\n',
  ),
  {
    ...throughProxy('reaches a port that is not for the web', () => 'CONNECT 1.1.1.1:25 HTTP/1.1\r\nHost: x\r\n\r\n'),
    complaint: refusedWith('may not reach port 25'),
  },
  {
    ...throughProxy('reaches a host off the list', () => 'CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n'),
    request: () => ({ network: { kind: 'proxy', allow: ['example.com'] } }),
    complaint: refusedWith('not on the list'),
  },
  {
    ...throughProxy(
      'reaches a host by the header of another',
      () => 'GET http://example.org/ HTTP/1.1\r\nHost: example.com\r\n\r\n',
    ),
    request: () => ({ network: { kind: 'proxy', allow: ['example.com'] } }),
    complaint: refusedWith('not on the list'),
  },
  {
    ...throughProxy(
      'hides a host behind another',
      () => 'CONNECT example.com@example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n',
    ),
    request: () => ({ network: { kind: 'proxy', allow: ['example.com'] } }),
    complaint: refusedWith('no host and port'),
  },
];
