import { clsx } from 'clsx';

const tones = {
  plain: 'bg-active text-soft',
  good: 'bg-good-wash text-good',
  warn: 'bg-warn-wash text-warn',
  bad: 'bg-bad-wash text-bad',
} as const;

export type Tone = keyof typeof tones;

/** A state in one word. */
export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: string }) {
  return (
    <span
      className={clsx('inline-flex h-5 flex-none items-center rounded-1 px-1.5 text-1 whitespace-nowrap', tones[tone])}
    >
      {children}
    </span>
  );
}
