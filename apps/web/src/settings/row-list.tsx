import type { ReactNode } from 'react';

/** Things of one kind below each other. */
export function RowList({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return <ul aria-label={label}>{children}</ul>;
}

interface RowProps {
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  /** Marks behind the title. */
  readonly marks?: ReactNode;
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
  /** Below, over the whole width, with a distance of its own. */
  readonly children?: ReactNode;
}

export function Row({ icon, title, marks, facts, actions, children }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line py-2.5 not-last:border-b">
      {icon !== undefined && <span className="flex-none text-faint">{icon}</span>}
      <div className="min-w-0 flex-[1_1_220px]">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <span className="min-w-0 break-words">{title}</span>
          {marks}
        </div>
        {facts !== undefined && <p className="break-words text-soft">{facts}</p>}
      </div>
      {actions !== undefined && <div className="ml-auto flex flex-none gap-2">{actions}</div>}
      {/* What has nothing to say yet takes no room, and is there for ears. */}
      {children !== undefined && (
        <div className="-mt-2 min-w-0 basis-full has-[>:empty:only-child]:absolute">{children}</div>
      )}
    </li>
  );
}

/** Facts beside each other with dots between them; where there is no room they go on below. */
export function FactLine({ children }: { readonly children: ReactNode }) {
  return (
    <span className="[&>*]:inline-block [&>*:not(:last-child)]:after:px-1.5 [&>*:not(:last-child)]:after:text-faint [&>*:not(:last-child)]:after:content-['·']">
      {children}
    </span>
  );
}
