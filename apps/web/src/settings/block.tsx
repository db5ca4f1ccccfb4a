import type { ReactNode } from 'react';

interface BlockProps {
  readonly title?: string;
  readonly text?: string;
  readonly children?: ReactNode;
}

/** One matter of a section, with a line to the one before it. */
export function Block({ title, text, children }: BlockProps) {
  return (
    <section className="border-line py-6 text-2 not-first-of-type:border-t first-of-type:pt-0">
      {title !== undefined && <h3 className="mb-1 text-3 font-semibold">{title}</h3>}
      {text !== undefined && <p className="mb-3 max-w-(--measure) text-soft">{text}</p>}
      {children}
    </section>
  );
}
