/** Lies over what files can be dropped onto, while they hang above it. */
export function DropVeil({ text }: { readonly text: string }) {
  return (
    <div className="pointer-events-none absolute inset-2 z-(--z-panel) grid place-items-center rounded-3 border-2 border-dashed border-accent bg-accent-wash/90 text-2 font-medium text-accent">
      {text}
    </div>
  );
}
