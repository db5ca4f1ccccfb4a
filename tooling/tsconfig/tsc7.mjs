#!/usr/bin/env node
// Two TypeScripts live here: 6 for tools that need its API, 7 (as `ts7`) to check types. Both own a bin called `tsc`, so this names the second.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const manifest = createRequire(import.meta.url).resolve('ts7/package.json');
const tsc = path.join(path.dirname(manifest), 'bin', 'tsc');
process.exit(spawnSync(process.execPath, [tsc, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
