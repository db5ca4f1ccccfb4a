import { trpc } from '../api.ts';

const pageSize = 50;

/** Who belongs to the organisation, in the order in which they joined, as far as it is loaded. */
export function useMembers() {
  const pages = trpc.organisations.members.useInfiniteQuery(
    { limit: pageSize },
    { getNextPageParam: (page) => page.nextCursor ?? undefined },
  );
  return { pages, members: pages.data?.pages.flatMap(({ items }) => items) ?? [] };
}
