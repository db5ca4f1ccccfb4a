/** An address of the network as a number: 32 bits, or 128. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly bits: bigint;
}

const part = /^(?:0[xX][\da-fA-F]*|\d+)$/;

/**
 * Reads an address in every spelling that some resolver takes: decimal, octal and hexadecimal parts, one to four of them
 * (inet_aton), IPv6 with or without brackets, a zone, or an IPv4 tail. Null for what is no address.
 */
export function parseIp(text: string): IpAddress | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (!bare.includes(':')) return wrap(4, ipv4Of(bare));
  const [address = ''] = bare.split('%', 1);
  return wrap(6, ipv6Of(address));
}

function wrap(version: 4 | 6, bits: bigint | null): IpAddress | null {
  return bits === null ? null : { version, bits };
}

/** The last part fills what the others leave: 127.1 is 127.0.0.1. */
function ipv4Of(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.at(-1) === '' && parts.length > 1) parts.pop();
  if (parts.length > 4 || !parts.every((one) => part.test(one))) return null;
  const values = parts.map(numberOf);
  const last = values.pop();
  if (last === undefined || last === null || last >= 1n << (8n * BigInt(4 - values.length))) return null;
  let bits = last;
  for (const [index, value] of values.entries()) {
    if (value === null || value > 255n) return null;
    bits += value << (8n * BigInt(3 - index));
  }
  return bits;
}

function numberOf(text: string): bigint | null {
  if (/^0x/i.test(text)) return text.length === 2 ? 0n : BigInt(text);
  if (!text.startsWith('0') || text === '0') return BigInt(text);
  return /^[0-7]+$/.test(text) ? BigInt(`0o${text}`) : null;
}

function ipv6Of(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = [groupsOf(halves[0] ?? ''), groupsOf(halves[1] ?? '')];
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((bits, group) => (bits << 16n) | group, 0n);
}

/** Groups of 16 bits. An IPv4 address may stand for the last two. */
function groupsOf(text: string): bigint[] | null {
  if (text === '') return [];
  const groups: bigint[] = [];
  const written = text.split(':');
  for (const [index, one] of written.entries()) {
    if (one.includes('.') && index === written.length - 1) {
      const tail = ipv4Of(one);
      if (tail === null) return null;
      groups.push(tail >> 16n, tail & 0xffffn);
    } else {
      if (!/^[\da-fA-F]{1,4}$/.test(one)) return null;
      groups.push(BigInt(`0x${one}`));
    }
  }
  return groups;
}
