import { clsx } from 'clsx';
import type { ButtonHTMLAttributes, ReactNode } from 'react';

const looks = {
  ghost: 'rounded-2 text-soft hover:bg-hover hover:text-ink',
  primary: 'rounded-full bg-accent text-on-accent hover:bg-accent-hover',
  strong: 'rounded-full bg-ink text-page hover:bg-soft',
  /** Its colours come from where it stands. */
  bare: 'rounded-2',
} as const;

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does: its name for ears, and its hint for eyes. */
  readonly label: string;
  readonly look?: keyof typeof looks;
  readonly children: ReactNode;
}

export function IconButton({ label, look = 'ghost', className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={clsx(
        'tap inline-flex size-8 flex-none items-center justify-center transition-colors disabled:pointer-events-none disabled:opacity-50',
        looks[look],
        className,
      )}
    >
      {children}
    </button>
  );
}
