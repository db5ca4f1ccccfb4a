import { statSync } from 'node:fs';
import path from 'node:path';

const othersMayEnter = 0o001;

/** Whether a user who owns nothing reaches `file` by its path. */
export function isPassable(file: string): boolean {
  let directory = path.dirname(file);
  for (;;) {
    if ((statSync(directory).mode & othersMayEnter) === 0) return false;
    const parent = path.dirname(directory);
    if (parent === directory) return true;
    directory = parent;
  }
}
