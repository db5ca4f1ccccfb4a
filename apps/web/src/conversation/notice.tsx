import type { NoticeKind } from '@atelier/contracts/parts';
import { CircleAlert, Coins, RotateCcw, Route, Unplug } from 'lucide-react';

const icons = {
  retrying: CircleAlert,
  fell_back: Route,
  budget: Coins,
  model_gone: Route,
  tools_gone: Unplug,
  resumed: RotateCcw,
  continued: RotateCcw,
} as const;
const warnings: readonly NoticeKind[] = ['retrying', 'fell_back', 'budget', 'model_gone', 'tools_gone'];

/** Something that happened at this place of the answer. */
export function Notice({ kind, text }: { readonly kind: NoticeKind; readonly text: string }) {
  const Icon = icons[kind];
  const isWarning = warnings.includes(kind);
  return (
    <p
      className={`flex items-start gap-2 rounded-2 px-3 py-1.5 text-2 text-soft ${isWarning ? 'bg-warn-wash' : 'bg-sunken'}`}
    >
      <Icon aria-hidden className={`mt-0.5 size-4 flex-none ${isWarning ? 'text-warn' : 'text-faint'}`} />
      {text}
    </p>
  );
}
