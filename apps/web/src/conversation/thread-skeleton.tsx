import { Skeleton } from '@atelier/ui/skeleton';

/** A conversation that is on its way, in the shape it will have. */
export function ThreadSkeleton() {
  return (
    <div className="mx-auto flex w-full max-w-[740px] flex-col gap-5 p-6">
      <Skeleton className="h-11 w-2/3 self-end rounded-4" />
      <Skeleton className="h-4 w-1/4" />
      <Skeleton className="h-9 w-full rounded-3" />
      <Skeleton className="h-4 w-5/6" />
      <Skeleton className="h-4 w-3/5" />
    </div>
  );
}
