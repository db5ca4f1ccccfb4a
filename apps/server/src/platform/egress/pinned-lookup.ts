import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { mayReach } from '@atelier/sandbox/network/address-rules';
import { EgressError } from './egress-error.ts';

/** Every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveBySystem: Resolve = async (hostname) => await lookup(hostname, { all: true });

/**
 * The lookup of a socket: it connects to what was checked here and asks nobody again, so a name that answers otherwise the
 * second time changes nothing. Addresses that may not be reached are left out.
 */
export function pinnedLookup(opts: { readonly allowPrivate: boolean; readonly resolve?: Resolve }): LookupFunction {
  const { resolve = resolveBySystem } = opts;
  return (hostname, { all, family }, callback) => {
    resolve(hostname).then(
      (found) => {
        const wanted = family === 4 || family === 'IPv4' ? 4 : family === 6 || family === 'IPv6' ? 6 : null;
        const open = found.filter((one) => mayReach(one.address, opts) && (wanted === null || one.family === wanted));
        const [first] = open;
        if (!first) callback(new EgressError('address'), '', 0);
        else if (all) callback(null, [...open]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}
