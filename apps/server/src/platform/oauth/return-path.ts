/** Longest path that is kept. */
const maxLength = 1024;
/** Begins with one slash; no backslash, which browsers read as a slash, and no control character, which they drop. */
const onePath = /^\/(?![/\\])[^\\\p{Cc}]*$/u;
/** Not pages: going there after signing in would begin the next sign-in, or show JSON. */
const ours = /^\/(auth\/oauth|trpc|api)(\/|$|\?)/;

/**
 * Where to go afterwards: a path of this app, `/` for anything else. Read as given and decoded, since a browser or a
 * proxy may decode it: `//evil`, `/\evil`, `https:evil`, `/%2f%2fevil` and `javascript:` all end at `/`.
 */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > maxLength) return '/';
  let decoded: string;
  try {
    decoded = decodeURIComponent(wanted);
  } catch {
    return '/';
  }
  const isPath = [wanted, decoded].every((path) => onePath.test(path) && !ours.test(path));
  const base = 'http://ours.invalid';
  return isPath && URL.canParse(wanted, base) && new URL(wanted, base).origin === base ? wanted : '/';
}
