import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import { type SelectHTMLAttributes, useId } from 'react';

export interface SelectProps<T extends string>
  extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange' | 'size'> {
  readonly label: string;
  /** The label is for ears only, where the place says what is chosen. */
  readonly isLabelHidden?: boolean;
  readonly value: T;
  readonly options: readonly (readonly [value: T, text: string])[];
  /** `form`: 40 px, for forms; else 32 px. */
  readonly size?: 'row' | 'form';
  readonly onChange: (value: T) => void;
}

/** One of several, by the browser's own list: it works with keys, voice and thumbs. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, isLabelHidden = false, value, options, size = 'row', onChange, className, ...rest } = props;
  const id = useId();
  return (
    <div className={clsx('min-w-0', className)}>
      <label htmlFor={id} className={isLabelHidden ? 'unseen' : 'mb-1 block text-2 font-medium'}>
        {label}
      </label>
      <span className="relative block">
        <select
          id={id}
          {...rest}
          value={value}
          onChange={({ target }) => {
            const chosen = options.find(([option]) => option === target.value);
            if (chosen) onChange(chosen[0]);
          }}
          className={clsx(
            'tap w-full appearance-none truncate rounded-2 border border-line-strong bg-raised pr-8 pl-3 text-2 text-ink max-sm:text-[16px]',
            'focus:border-accent focus:shadow-[0_0_0_3px_var(--accent-wash)] focus:outline-none disabled:opacity-55',
            size === 'form' ? 'h-10' : 'h-8',
          )}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-faint"
        />
      </span>
    </div>
  );
}
