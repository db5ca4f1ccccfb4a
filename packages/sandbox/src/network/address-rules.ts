import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * What kind of place an IP address leads to.
 * `private`: this machine or its network. `never`: nobody's business, whatever a setting says: the services that hand a
 * cloud machine its credentials, and addresses that mean no single place.
 */
export type AddressKind = 'public' | 'private' | 'never';

/** Link-local, and the metadata services of AWS, Azure, Google, Oracle and Alibaba, that lie elsewhere. */
const never = list(
  ['169.254.0.0/16', '168.63.129.16/32', '192.0.0.192/32', '100.100.100.200/32'],
  ['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4'],
  ['fe80::/10', 'fd00:ec2::/32', 'fd20:ce::/32', '::/128', 'ff00::/8'],
);

/** IANA's special-purpose registry of IPv4: all that is not reachable from everywhere. */
const privateIpv4 = list(
  ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  ['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
);

/** Of IPv6 only this part is given out to be reached from everywhere, and not all of it. */
const globalIpv6 = list(['2000::/3']);
const specialIpv6 = list(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** Addresses whose last four bytes are an IPv4 address: mapped, and translated by NAT64. */
const carriesIpv4 = list(['::ffff:0:0/96', '64:ff9b::/96']);

/** @param address As `dns.lookup` gives it. What is no address at all is `never`. */
export function kindOf(address: string): AddressKind {
  const [plain = ''] = address.split('%');
  if (isIPv4(plain)) return kindOfIpv4(plain);
  if (!isIPv6(plain)) return 'never';
  if (carriesIpv4.check(plain, 'ipv6')) return kindOfIpv4(lastFourBytes(plain));
  if (never.check(plain, 'ipv6')) return 'never';
  return globalIpv6.check(plain, 'ipv6') && !specialIpv6.check(plain, 'ipv6') ? 'public' : 'private';
}

function kindOfIpv4(address: string): AddressKind {
  if (never.check(address, 'ipv4')) return 'never';
  return privateIpv4.check(address, 'ipv4') ? 'private' : 'public';
}

function lastFourBytes(address: string): string {
  // The parser of URLs writes an address in its one canonical form, without dots.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const tail = (groups.at(-1) ?? '').split(':').filter((group) => group !== '');
  const [high = 0, low = 0] = ['0', '0', ...tail].slice(-2).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function list(...groups: readonly (readonly string[])[]): BlockList {
  const blocks = new BlockList();
  for (const range of groups.flat()) {
    const [network = '', length] = range.split('/');
    blocks.addSubnet(network, Number(length), isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return blocks;
}
