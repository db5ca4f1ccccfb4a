import { CheckField } from '@atelier/ui/check-field';
import type { ReactNode } from 'react';

interface ToolGroupProps {
  readonly title: string;
  readonly text?: string | undefined;
  readonly tools: readonly { readonly name: string; readonly label: string; readonly hint?: string }[];
  readonly chosen: readonly string[];
  readonly onToggle: (name: string, isOn: boolean) => void;
  /** Above the tools. */
  readonly children?: ReactNode;
}

/** Tools from one place, to be chosen among. */
export function ToolGroup({ title, text, tools, chosen, onToggle, children }: ToolGroupProps) {
  return (
    <fieldset className="min-w-0 py-3">
      <legend className="float-left mb-2 w-full text-2 font-medium break-words text-soft">{title}</legend>
      <div className="clear-both">
        {text !== undefined && <p className="mb-2 text-2 text-soft">{text}</p>}
        {children}
        <div className="grid grid-cols-2 gap-x-4 gap-y-2 empty:hidden max-sm:grid-cols-1">
          {tools.map(({ name, label, hint }) => (
            <CheckField
              key={name}
              label={label}
              {...(hint === undefined ? {} : { hint })}
              className="min-w-0 break-words"
              checked={chosen.includes(name)}
              onChange={(isOn) => onToggle(name, isOn)}
            />
          ))}
        </div>
      </div>
    </fieldset>
  );
}
