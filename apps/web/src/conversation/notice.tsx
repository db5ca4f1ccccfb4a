import { CircleAlert, RotateCcw } from 'lucide-react';

/** Something that happened at this place of the answer. */
export function Notice({ kind, text }: { readonly kind: 'retrying' | 'resumed' | 'continued'; readonly text: string }) {
  const Icon = kind === 'retrying' ? CircleAlert : RotateCcw;
  const look = kind === 'retrying' ? 'bg-warn-wash' : 'bg-sunken';
  return (
    <p className={`flex items-start gap-2 rounded-2 px-3 py-1.5 text-2 text-soft ${look}`}>
      <Icon aria-hidden className={`mt-0.5 size-4 flex-none ${kind === 'retrying' ? 'text-warn' : 'text-faint'}`} />
      {text}
    </p>
  );
}
