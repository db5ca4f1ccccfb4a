import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import { type InputHTMLAttributes, useId } from 'react';

export interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  /** Says below the field what is expected. */
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

export function TextField({ label, hint, error, className, ...rest }: TextFieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={clsx('mb-3', className)}>
      <label htmlFor={id} className="mb-1 block text-2 font-medium">
        {label}
      </label>
      <input
        id={id}
        {...rest}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : noteId}
        className={clsx(
          'h-10 w-full rounded-2 border bg-raised px-3 text-[14px] leading-5 max-sm:text-[16px]',
          'focus:border-accent focus:shadow-[0_0_0_3px_var(--accent-wash)] focus:outline-none',
          error === undefined ? 'border-line-strong' : 'border-bad',
        )}
      />
      {note !== undefined && (
        <p id={noteId} className={clsx('mt-1 flex gap-1.5 text-2', error === undefined ? 'text-faint' : 'text-bad')}>
          {error !== undefined && <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />}
          {note}
        </p>
      )}
    </div>
  );
}
