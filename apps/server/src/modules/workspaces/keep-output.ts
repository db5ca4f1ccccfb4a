import { newId } from '@atelier/kernel/ids';

/** Writes an output that is too long to show into a file of the workspace. Returns its path. */
export async function keepOutput(
  write: (path: string, text: string) => Promise<unknown>,
  text: string,
): Promise<string> {
  const path = `.atelier/output-${newId().slice(-12)}.txt`;
  await write(path, text);
  return path;
}
