const height = 72;
const step = 12;
/** Fewer days leave the rest of the width free: a column is never wider than this part of it. */
const fewestSteps = 30;

interface DayColumnsProps {
  /** `text` says in words what the column shows. */
  readonly days: readonly { readonly day: string; readonly value: number; readonly text: string }[];
}

/** A column for each day; what it stands for is its title, and read to who cannot see it. */
export function DayColumns({ days }: DayColumnsProps) {
  const most = Math.max(1, ...days.map(({ value }) => value));
  const told = days.filter(({ value }) => value > 0).map(({ text }) => text);
  return (
    <svg
      role="img"
      aria-label={told.join('; ')}
      viewBox={`0 0 ${Math.max(fewestSteps, days.length) * step} ${height}`}
      preserveAspectRatio="none"
      className="block h-18 w-full max-w-md"
    >
      {days.map(({ day, value, text }, index) => {
        const tall = value === 0 ? 1 : Math.max(2, (height * value) / most);
        return (
          <rect
            key={day}
            x={index * step}
            y={height - tall}
            width={step - 3}
            height={tall}
            className={value === 0 ? 'fill-line-strong' : 'fill-accent'}
          >
            <title>{text}</title>
          </rect>
        );
      })}
    </svg>
  );
}
