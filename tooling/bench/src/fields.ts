/** The value under these names of something that came as JSON; undefined where there is none. */
export function at(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    value,
  );
}

/** @throws Error when it is not a finite number: a figure is measured or missing, never guessed. */
export function numberAt(value: unknown, ...names: readonly string[]): number {
  const found = at(value, ...names);
  if (typeof found !== 'number' || !Number.isFinite(found)) throw new Error(`No number at ${names.join('.')}.`);
  return found;
}

/** @throws Error when it is not a text. */
export function textAt(value: unknown, ...names: readonly string[]): string {
  const found = at(value, ...names);
  if (typeof found !== 'string') throw new Error(`No text at ${names.join('.')}.`);
  return found;
}
