import type { ReactNode } from 'react';

interface PersonProps {
  readonly name: string;
  readonly email: string | null;
  readonly note: string;
  /** Marks behind the name. */
  readonly children?: ReactNode;
}

/** Who it is: name, address, and a word on them. */
export function Person({ name, email, note, children }: PersonProps) {
  return (
    <div className="flex min-w-0 flex-[1_1_220px] items-center gap-3">
      <span
        aria-hidden
        className="grid size-8 flex-none place-items-center rounded-full bg-active text-1 font-semibold text-soft"
      >
        {name.slice(0, 1).toUpperCase()}
      </span>
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 truncate font-medium" title={name}>
            {name}
          </span>
          {children}
        </p>
        <p className="flex flex-wrap gap-x-3 text-1 text-faint">
          {email !== null && (
            <span className="min-w-0 truncate" title={email}>
              {email}
            </span>
          )}
          <span>{note}</span>
        </p>
      </div>
    </div>
  );
}
