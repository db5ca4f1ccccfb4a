import { lookup } from 'node:dns/promises';
import type { ProxyOptions } from '../ports.ts';
import { mayReach } from './address-rules.ts';
import { type Destination, isAllowed } from './host-rules.ts';

export interface NetworkRules {
  readonly allow: readonly string[];
  readonly options: ProxyOptions;
}

export type Resolution =
  | { readonly address: string; readonly refusal: null }
  /** A sentence for whoever reads the command's output. */
  | { readonly address: null; readonly refusal: string };

const defaultPorts = [80, 443];

/**
 * The one address that a connection to this destination is made to. It is resolved and judged once: a name that leads
 * elsewhere when it is asked again gains nothing.
 */
export async function resolveDestination({ host, port }: Destination, rules: NetworkRules): Promise<Resolution> {
  const { ports = defaultPorts, mayReachPrivateAddresses = false } = rules.options;
  if (!isAllowed(host, rules.allow)) return refuse(`${host} is not on the list of hosts that commands may reach.`);
  if (!ports.includes(port)) return refuse(`Commands may not reach port ${port}, only ${ports.join(' and ')}.`);
  const addresses = await lookup(host, { all: true }).catch(() => []);
  const [first] = addresses;
  if (!first) return refuse(`${host} was not found.`);
  const areOpen = addresses.every(({ address }) => mayReach(address, { allowPrivate: mayReachPrivateAddresses }));
  return areOpen
    ? { address: first.address, refusal: null }
    : refuse(`${host} leads to an address that commands may not reach.`);
}

function refuse(refusal: string): Resolution {
  return { address: null, refusal };
}
