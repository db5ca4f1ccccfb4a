const fills = { accent: 'fill-accent', good: 'fill-good', warn: 'fill-warn', bad: 'fill-bad' } as const;

interface BarProps {
  readonly part: number;
  readonly whole: number;
  readonly tone?: keyof typeof fills;
}

/** How much of a whole. For eyes only: the number stands beside it. */
export function Bar({ part, whole, tone = 'accent' }: BarProps) {
  const percent = whole === 0 ? 0 : Math.min(100, (100 * part) / whole);
  return (
    <svg aria-hidden className="block h-1.5 w-full overflow-hidden rounded-full">
      <rect width="100%" height="100%" className="fill-active" />
      <rect width={`${percent}%`} height="100%" className={fills[tone]} />
    </svg>
  );
}
