import type { ReactNode } from 'react';

/** Things of one kind below each other. */
export function RowList({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <ul aria-label={label} className="border-t border-line">
      {children}
    </ul>
  );
}

interface RowProps {
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  /** Marks behind the title. */
  readonly marks?: ReactNode;
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
}

export function Row({ icon, title, marks, facts, actions }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line py-2.5">
      {icon !== undefined && <span className="flex-none text-faint">{icon}</span>}
      <div className="min-w-0 flex-[1_1_220px]">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <span className="min-w-0 break-words">{title}</span>
          {marks}
        </div>
        {facts !== undefined && <p className="break-words text-soft">{facts}</p>}
      </div>
      {actions !== undefined && <div className="ml-auto flex flex-none gap-2">{actions}</div>}
    </li>
  );
}

/** Facts in one line, or in more where there is no room. */
export function FactLine({ of }: { readonly of: readonly (readonly [key: string, fact: ReactNode] | null)[] }) {
  return of
    .filter((fact) => fact !== null)
    .map(([key, fact], index) => (
      <span key={key} className="inline-block">
        {index > 0 && (
          <span aria-hidden className="px-1.5 text-faint">
            ·
          </span>
        )}
        {fact}
      </span>
    ));
}
