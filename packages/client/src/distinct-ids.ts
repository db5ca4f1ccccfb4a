import type { AppRouter } from '@atelier/server/app-router';
import type { TRPCLink } from '@trpc/client';

/**
 * Several front ends share one socket (`api`, and whoever takes `links`), and each counts its own operations. The server
 * knows operations of a socket by their number, so over the socket each has one of its own.
 */
export function distinctIds(): TRPCLink<AppRouter> {
  let last = 0;
  return () =>
    ({ op, next }) => {
      last += 1;
      return next({ ...op, id: last });
    };
}
