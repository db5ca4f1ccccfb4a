import { type InputHTMLAttributes, useId } from 'react';

interface LabelledInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  readonly label: string;
  readonly onText: (text: string) => void;
}

/** A field as high as the lists beside it, for rows of conditions. */
export function LabelledInput({ label, onText, ...rest }: LabelledInputProps) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        id={id}
        {...rest}
        onChange={({ target }) => onText(target.value)}
        className="tap h-8 w-full rounded-2 border border-line-strong bg-raised px-3 focus:border-accent focus:outline-none max-sm:text-[16px]"
      />
    </div>
  );
}
