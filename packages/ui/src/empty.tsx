import type { ReactNode } from 'react';

/** Nothing here: one sentence, and what can be done about it. */
export function Empty({ text, action }: { readonly text: string; readonly action?: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-3 p-5 text-2 text-faint">
      <p>{text}</p>
      {action}
    </div>
  );
}
