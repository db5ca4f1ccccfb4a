import { type IpAddress, parseIp } from './ip-address.ts';

/**
 * Where an address leads. `public`: the internet. `private`: this machine, or a network of its owner. `never`: what no
 * request of ours has any business with, such as a cloud's metadata, which hands out keys to whoever asks from inside.
 */
export type AddressPlace = 'public' | 'private' | 'never';

type Range = readonly [network: string, bits: number, place: AddressPlace];

/** The first that fits decides. https://www.iana.org/assignments/iana-ipv4-special-registry */
const ipv4Ranges: readonly Range[] = [
  ['0.0.0.0', 8, 'never'],
  ['169.254.0.0', 16, 'never'],
  // Metadata and agents of clouds beside 169.254.169.254: Alibaba, Oracle, Azure.
  ['100.100.100.200', 32, 'never'],
  ['192.0.0.192', 32, 'never'],
  ['168.63.129.16', 32, 'never'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['127.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'private'],
  ['192.0.0.0', 24, 'never'],
  ['192.0.2.0', 24, 'never'],
  ['192.88.99.0', 24, 'never'],
  ['198.51.100.0', 24, 'never'],
  ['203.0.113.0', 24, 'never'],
  // Multicast, what is reserved, and broadcast.
  ['224.0.0.0', 3, 'never'],
  ['0.0.0.0', 0, 'public'],
];

/** https://www.iana.org/assignments/iana-ipv6-special-registry */
const ipv6Ranges: readonly Range[] = [
  ['::1', 128, 'private'],
  // Metadata of Amazon and Google.
  ['fd00:ec2::', 32, 'never'],
  ['fd20:ce::', 32, 'never'],
  ['fc00::', 7, 'private'],
  ['2001::', 23, 'never'],
  ['2001:db8::', 32, 'never'],
  ['3fff::', 20, 'never'],
  ['2000::', 3, 'public'],
  // Link-local, site-local, multicast, and everything that nobody has been given.
  ['::', 0, 'never'],
];

/** Where an IPv6 address carries an IPv4 one, to which somebody on the way, or the system itself, would connect. */
const carriers: readonly (readonly [network: string, bits: number, shift: bigint])[] = [
  // Compatible, mapped and translated addresses (RFC 4291, RFC 2765), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056).
  ['::', 96, 0n],
  ['::ffff:0:0', 96, 0n],
  ['::ffff:0:0:0', 96, 0n],
  ['64:ff9b::', 96, 0n],
  ['64:ff9b:1::', 48, 0n],
  ['2002::', 16, 80n],
];

/** The place of an address in any spelling. What cannot be read is `never`. */
export function placeOf(text: string): AddressPlace {
  const address = parseIp(text);
  // A zone names a way out of this machine: only link-local addresses have one.
  if (!address || text.includes('%')) return 'never';
  if (address.version === 4) return ranged(address, ipv4Ranges);
  if (address.bits === 1n) return 'private';
  const carried = carriedBy(address);
  return carried === null ? ranged(address, ipv6Ranges) : ranged(carried, ipv4Ranges);
}

/** Whether a connection to this address may be made. */
export function mayReach(text: string, opts: { readonly allowPrivate: boolean }): boolean {
  const place = placeOf(text);
  return place === 'public' || (place === 'private' && opts.allowPrivate);
}

function carriedBy(address: IpAddress): IpAddress | null {
  const carrier = carriers.find(([network, bits]) => isWithin(address, network, bits));
  if (carrier) return { version: 4, bits: (address.bits >> carrier[2]) & 0xffff_ffffn };
  // ISATAP (RFC 5214): under any network, the interface says that an IPv4 address follows.
  const isIsatap = ((address.bits >> 32n) & 0xfcff_ffffn) === 0x5efen;
  return isIsatap ? { version: 4, bits: address.bits & 0xffff_ffffn } : null;
}

function ranged(address: IpAddress, ranges: readonly Range[]): AddressPlace {
  return ranges.find(([network, bits]) => isWithin(address, network, bits))?.[2] ?? 'never';
}

function isWithin(address: IpAddress, network: string, bits: number): boolean {
  const other = parseIp(network);
  const rest = BigInt((address.version === 4 ? 32 : 128) - bits);
  return other?.version === address.version && address.bits >> rest === other.bits >> rest;
}
