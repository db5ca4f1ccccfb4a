import { observable } from '@trpc/server/observable';
import { expect, test } from 'vitest';
import { distinctIds } from './distinct-ids.ts';

test('operations of two front ends with the same number have different ones over their socket', () => {
  const link = distinctIds();
  const frontEnds = [link({}), link({})];
  const ids = [1, 2, 3].flatMap((id) =>
    frontEnds.map((send) => {
      let sent = 0;
      const next: Parameters<typeof send>[0]['next'] = (op) => {
        sent = op.id;
        return observable(() => undefined);
      };
      send({ op: { id, type: 'subscription', path: 'sessions.changes', input: {}, context: {}, signal: null }, next });
      return sent;
    }),
  );

  expect(new Set(ids).size).toBe(6);
});
