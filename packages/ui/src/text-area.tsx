import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import { type TextareaHTMLAttributes, useId } from 'react';

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly label: string;
  /** Says below the field what is expected. */
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

/** Text of several lines, in a form. */
export function TextArea({ label, hint, error, className, rows = 4, ...rest }: TextAreaProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={clsx('mb-3', className)}>
      <label htmlFor={id} className="mb-1 block text-2 font-medium">
        {label}
      </label>
      <textarea
        id={id}
        dir="auto"
        rows={rows}
        {...rest}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        className={clsx(
          'block w-full resize-y rounded-2 border bg-raised px-3 py-2 text-[14px] leading-5 max-sm:text-[16px]',
          'focus:border-accent focus:shadow-[0_0_0_3px_var(--accent-wash)] focus:outline-none',
          error === undefined ? 'border-line-strong' : 'border-bad',
        )}
      />
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={clsx('mt-1 flex gap-1.5 text-2', error === undefined ? 'text-faint' : 'text-bad')}
        >
          {error !== undefined && <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />}
          {note}
        </p>
      )}
    </div>
  );
}
