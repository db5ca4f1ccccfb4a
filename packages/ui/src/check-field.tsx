import { clsx } from 'clsx';
import { type InputHTMLAttributes, useId } from 'react';

export interface CheckFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  readonly label: string;
  /** Says below the label what it means. */
  readonly hint?: string;
  readonly onChange: (isChecked: boolean) => void;
}

/** Yes or no. */
export function CheckField({ label, hint, onChange, className, ...rest }: CheckFieldProps) {
  const id = useId();
  return (
    <div className={clsx('flex gap-2.5', className)}>
      <input
        id={id}
        type="checkbox"
        {...rest}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={({ target }) => onChange(target.checked)}
        className="mt-0.5 size-4 flex-none accent-(--accent) pointer-coarse:size-6"
      />
      <div className="min-w-0 text-2">
        <label htmlFor={id} className="block font-medium pointer-coarse:min-h-8">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-soft">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
