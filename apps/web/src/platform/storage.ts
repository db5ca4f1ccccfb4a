/** What this browser keeps. A browser that keeps nothing is served all the same. */
export function readText(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Null removes. */
export function writeText(key: string, value: string | null): void {
  try {
    if (value === null) window.localStorage.removeItem(key);
    else window.localStorage.setItem(key, value);
  } catch {
    // Full or closed: what is on the screen is still there.
  }
}

/** Drops everything of ours. */
export function forgetEverything(): void {
  for (const key of keysWith('atelier.')) writeText(key, null);
}

export function keysWith(prefix: string): readonly string[] {
  try {
    return Object.keys(window.localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}
