import { createHmac, type KeyObject } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** Who is counted, as it stands in the store: nobody reads an address or an e-mail out of it, or finds it by guessing. */
export function limitSubject(key: KeyObject, subject: string): string {
  return createHmac('sha256', key).update(subject).digest('base64url');
}

/** The account an e-mail names, whatever its capitals. */
export function accountOf(email: string): string {
  return email.trim().toLowerCase();
}

/**
 * What is counted as one address: IPv4 whole, IPv6 by its first 64 bits, since everybody is given that many at least
 * and could take a new address for each call. IPv4 in IPv6 is IPv4.
 */
export function networkOf(ip: string): string {
  const address = ip.split('%', 1)[0] ?? '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - groupCount(tail);
  const whole = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}::/64`;
}

/** An IPv4 address at the end stands for two groups. */
function groupCount(tail: string): number {
  if (tail === '') return 0;
  const groups = tail.split(':');
  return groups.length + (groups.at(-1)?.includes('.') ? 1 : 0);
}
