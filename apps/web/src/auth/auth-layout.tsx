import { Outlet } from '@tanstack/react-router';
import { trpc } from '../api.ts';
import { FirstRunNotes } from './first-run-notes.tsx';
import { NoOwnerNote } from './no-owner-note.tsx';

/** The pages for whoever is not signed in. On a new installation they also say what is set up. */
export function AuthLayout() {
  const status = trpc.system.status.useQuery();
  const capabilities = status.data?.hasUsers === false ? status.data.capabilities : [];
  return (
    <main className="h-full overflow-y-auto bg-sunken">
      <div className="mx-auto flex min-h-full w-full max-w-[408px] flex-col justify-center px-4 py-6">
        <div
          aria-hidden
          className="mb-5 grid size-9 place-items-center rounded-[10px] bg-ink text-[18px] leading-none font-bold text-page"
        >
          A
        </div>
        <Outlet />
        {status.data?.hasOwner === false && <NoOwnerNote />}
        {capabilities.length > 0 && <FirstRunNotes capabilities={capabilities} />}
      </div>
    </main>
  );
}
