import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import { useId } from 'react';

interface LinesFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly rows?: number;
  readonly error?: string | undefined;
  readonly onText: (text: string) => void;
}

/** Several short texts, one a line, such as hosts. */
export function LinesField({ label, hint, value, rows = 3, error, onText }: LinesFieldProps) {
  const id = useId();
  return (
    <div className="mb-3 max-w-xl">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={rows}
        spellCheck={false}
        autoComplete="off"
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        onChange={({ target }) => onText(target.value)}
        className={clsx(
          'block w-full rounded-2 border bg-raised px-3 py-2 font-mono text-1 focus:border-accent focus:outline-none max-sm:text-[16px]',
          error === undefined ? 'border-line-strong' : 'border-bad',
        )}
      />
      <p id={`${id}-note`} className={clsx('mt-1 flex gap-1.5', error === undefined ? 'text-faint' : 'text-bad')}>
        {error !== undefined && <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />}
        {error ?? hint}
      </p>
    </div>
  );
}

/** The lines of a text, without empty and doubled ones. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}
