import { encode } from 'uqr';

/** A picture that other devices read. Dark on light in every theme: many readers know nothing else. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 3 });
  const squares = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')));
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-44 flex-none rounded-2 border border-line bg-[white] text-[black]"
    >
      <path fill="currentColor" d={squares.join('')} />
    </svg>
  );
}
