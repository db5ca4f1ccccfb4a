import { type KeyboardEvent, useState } from 'react';

interface NameFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onSave: (name: string) => void;
  readonly onDone: () => void;
}

/** A name as a field: Enter or leaving it saves, Escape does not. */
export function NameField({ label, value, onSave, onDone }: NameFieldProps) {
  const [name, setName] = useState(value);
  function save(): void {
    const next = name.trim();
    if (next !== '' && next !== value) onSave(next);
    onDone();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') save();
    if (event.key === 'Escape') onDone();
  }
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
      autoFocus
      aria-label={label}
      maxLength={80}
      value={name}
      onChange={(event) => setName(event.target.value)}
      onFocus={(event) => event.target.select()}
      onBlur={save}
      onKeyDown={onKeyDown}
      className="h-8 w-full max-w-72 min-w-0 rounded-1 border border-accent bg-raised px-2 text-2 outline-none max-sm:text-[16px]"
    />
  );
}
