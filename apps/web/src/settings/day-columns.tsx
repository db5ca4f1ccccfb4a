const height = 72;
const step = 12;
/** As many days as fit into the width of a phone. */
const shownDays = 30;

interface DayColumnsProps {
  /** `text` says in words what the column shows. */
  readonly days: readonly { readonly day: string; readonly value: number; readonly text: string }[];
}

/** A column for each of the last days; what it stands for is its title, and read to who cannot see it. */
export function DayColumns({ days }: DayColumnsProps) {
  const shown = days.slice(-shownDays);
  const most = Math.max(1, ...shown.map(({ value }) => value));
  return (
    <svg
      role="img"
      aria-label={shown.map(({ text }) => text).join('; ')}
      viewBox={`0 0 ${shownDays * step} ${height}`}
      className="block w-full max-w-md"
    >
      {shown.map(({ day, value, text }, index) => {
        const tall = Math.max(2, (height * value) / most);
        return (
          <rect
            key={day}
            x={index * step}
            y={height - tall}
            width={step - 3}
            height={tall}
            rx={2}
            className="fill-accent"
          >
            <title>{text}</title>
          </rect>
        );
      })}
    </svg>
  );
}
