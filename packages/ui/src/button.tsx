import { clsx } from 'clsx';
import type { ButtonHTMLAttributes, ReactNode } from 'react';

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent',
  plain: 'bg-raised border-line-strong text-ink hover:bg-hover',
  ghost: 'border-transparent text-soft hover:bg-hover hover:text-ink',
  danger: 'bg-raised border-line-strong text-bad hover:bg-bad-wash',
} as const;

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof looks;
  /** `form`: 40 px, for forms; else 32 px. */
  readonly size?: 'row' | 'form';
  readonly icon?: ReactNode;
}

/** How a button looks, also for what is no button but a link. */
export function buttonClass(look: keyof typeof looks, size: 'row' | 'form'): string {
  return clsx(
    'tap inline-flex items-center justify-center gap-1.5 rounded-2 border px-3 text-2 font-medium whitespace-nowrap transition-colors disabled:pointer-events-none disabled:opacity-55',
    size === 'form' ? 'h-10 w-full' : 'h-8',
    looks[look],
  );
}

export function Button({ look = 'plain', size = 'row', icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={clsx(buttonClass(look, size), className)}>
      {icon}
      {children}
    </button>
  );
}
