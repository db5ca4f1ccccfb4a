import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Caller } from '../trpc/context.ts';

/** Longest token that is looked at: anything larger costs nothing before it is refused. */
const maxTokenLength = 4096;

/** How a request came in. `trustedProxies` hops may be believed about the address, counted from our end. */
export function callerOf(request: IncomingMessage, trustedProxies: number, accessToken?: string | null): Caller {
  return {
    requestId: randomUUID(),
    ip: addressOf(request, trustedProxies),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
    accessToken: accessToken === undefined ? bearerOf(request) : accessToken,
  };
}

function bearerOf(request: IncomingMessage): string | null {
  const header = request.headers.authorization;
  if (header === undefined || header.length > maxTokenLength) return header === undefined ? null : '';
  return /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1] ?? '';
}

/** Where a request comes from, as far as the proxies in front may be believed. What they name has to be an address. */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const direct = request.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return direct;
  const forwarded = request.headers['x-forwarded-for'];
  const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').map((hop) => hop.trim());
  const named = hops.filter((hop) => hop !== '').at(-trustedProxies) ?? '';
  return isAddress(named) ? named : direct;
}

/** Without a zone, which may be any text: it means something on one machine only. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}
