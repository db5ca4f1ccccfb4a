import { build } from 'esbuild';

const own = (name) => name.startsWith('@atelier/');

/** Our own packages are TypeScript and go into the bundle; everything else stays where npm put it. */
await build({
  entryPoints: [
    'src/main.server.ts',
    'src/main.worker.ts',
    'src/main.migrate.ts',
    'src/main.rotate-keys.ts',
    'src/main.verify-audit.ts',
  ],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [
    {
      name: 'external-libraries',
      setup(context) {
        context.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || own(path) ? undefined : { path, external: true },
        );
      },
    },
  ],
});
