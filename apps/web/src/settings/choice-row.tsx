import { useId } from 'react';

interface ChoiceRowProps<T extends string> {
  readonly legend: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

/** A few choices side by side, of which one holds. */
export function ChoiceRow<T extends string>({ legend, value, options, onChange }: ChoiceRowProps<T>) {
  const name = useId();
  return (
    <fieldset className="grid grid-cols-[minmax(140px,1fr)_2fr] items-center gap-x-4">
      <legend className="float-left text-soft">{legend}</legend>
      <div className="flex w-fit overflow-hidden rounded-2 border border-line-strong">
        {options.map(([option, label]) => (
          <label
            key={option}
            className="tap flex h-8 cursor-pointer items-center border-line-strong px-3 not-first:border-l hover:bg-hover has-checked:bg-active has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              className="unseen"
              checked={value === option}
              onChange={() => onChange(option)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
