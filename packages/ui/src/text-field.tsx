import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, useId } from 'react';

export interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  /** Says below the field what is expected. */
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** Stands across from the label; reached by keyboard after the field. */
  readonly aside?: ReactNode;
  /** A control inside the field, at its end. */
  readonly trailing?: ReactNode;
}

export function TextField({ label, hint, error, aside, trailing, className, ...rest }: TextFieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={clsx('relative mb-3', className)}>
      <label htmlFor={id} className="mb-1 block text-2 font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          {...rest}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : noteId}
          className={clsx(
            'h-10 w-full rounded-2 border bg-raised pl-3 text-[14px] leading-5 max-sm:text-[16px]',
            'focus:border-accent focus:shadow-[0_0_0_3px_var(--accent-wash)] focus:outline-none',
            error === undefined ? 'border-line-strong' : 'border-bad',
            trailing === undefined ? 'pr-3' : 'pr-12',
          )}
        />
        {trailing !== undefined && <div className="absolute inset-y-0 right-1 flex items-center">{trailing}</div>}
      </div>
      {aside !== undefined && <div className="absolute top-0 right-0 text-2">{aside}</div>}
      {note !== undefined && (
        <p id={noteId} className={clsx('mt-1 flex gap-1.5 text-2', error === undefined ? 'text-faint' : 'text-bad')}>
          {error !== undefined && <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />}
          {note}
        </p>
      )}
    </div>
  );
}
