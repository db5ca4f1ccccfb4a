import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Mount } from './bubblewrap-arguments.ts';

/** What is there besides the host's /usr, and where programs are looked for. */
export interface Toolchain {
  readonly mounts: readonly Mount[];
  readonly links: readonly { readonly target: string; readonly at: string }[];
  readonly searchPath: string;
  /** Where Node lies inside. */
  readonly node: string;
}

const nodeInside = '/opt/node';
const hostPath = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * @param folders Folders of the host that are seen inside at the same place, read-only. Their `bin`, or else they themselves,
 * are looked in first.
 * @param node The node that runs the server. When it does not lie in /usr, it and the npm beside it come along, and
 * nothing else from there: it may lie in somebody's home.
 */
export function toolchain(folders: readonly string[], node: string): Toolchain {
  const file = realpathSync(node);
  const isBrought = !file.startsWith('/usr/');
  const npm = path.join(path.dirname(file), '../lib/node_modules/npm');
  const hasNpm = isBrought && existsSync(npm);
  const mounts = [
    ...folders.map((folder) => ({ from: realpathSync(folder), to: path.resolve(folder) })),
    ...(isBrought ? [{ from: file, to: `${nodeInside}/bin/node` }] : []),
    ...(hasNpm ? [{ from: npm, to: `${nodeInside}/lib/node_modules/npm` }] : []),
  ];
  const links = hasNpm
    ? ['npm', 'npx'].map((name) => ({
        target: `../lib/node_modules/npm/bin/${name}-cli.js`,
        at: `${nodeInside}/bin/${name}`,
      }))
    : [];
  const first = folders.map((folder) => programsOf(path.resolve(folder)));
  const searchPath = [...first, ...(isBrought ? [`${nodeInside}/bin`] : []), ...hostPath].join(':');
  return { mounts, links, searchPath, node: isBrought ? `${nodeInside}/bin/node` : file };
}

function programsOf(folder: string): string {
  const bin = path.join(folder, 'bin');
  return existsSync(bin) ? bin : folder;
}
