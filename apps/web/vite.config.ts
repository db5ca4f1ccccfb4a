import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const api = process.env.API_URL ?? 'http://localhost:3000';
/**
 * How Markdown reads `&amp;`. Its variant for browsers writes to `innerHTML`, which our pages forbid (Trusted Types): one
 * such character in an answer would take the whole conversation down. As Node finds it, it has a table instead.
 */
const entityTable = createRequire(import.meta.url).resolve('decode-named-character-reference');

/** Compresses once, when building: the server then only sends. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async closeBundle() {
      const directory = path.resolve(import.meta.dirname, 'dist');
      const files = await readdir(directory, { recursive: true });
      const texts = files.filter((file) => /\.(js|css|html|svg|webmanifest)$/.test(file));
      await Promise.all(
        texts.map(async (file) => {
          const content = await readFile(path.join(directory, file));
          await writeFile(path.join(directory, `${file}.gz`), await promisify(gzip)(content, { level: 9 }));
          await writeFile(path.join(directory, `${file}.br`), await promisify(brotliCompress)(content));
        }),
      );
    },
  };
}

/**
 * xterm makes style elements and style attributes, which our pages refuse to anybody. The elements become ones of our own
 * (src/workspace/terminal-sheet.ts), the attributes properties. A version that makes them otherwise fails the build.
 */
function terminalStyles(): Plugin {
  return {
    name: 'terminal-styles',
    apply: 'build',
    transform(code, id) {
      if (!id.endsWith('/@xterm/xterm/lib/xterm.mjs')) return null;
      const own = code
        .replaceAll('createElement("style")', 'createElement("terminal-sheet")')
        .replaceAll(/(\w+)\.setAttribute\("style",(`[^`]*`\}?[^)]*`?)\)/g, '$1.style.cssText=$2');
      if (!own.includes('terminal-sheet') || /setAttribute\("style"/.test(own))
        this.error('xterm styles itself otherwise.');
      return { code: own, map: null };
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), terminalStyles(), precompress()],
  resolve: { alias: { 'decode-named-character-reference': entityTable } },
  // Whoever serves the page puts a fresh nonce in its place: apps/server/src/platform/http/web-app.ts, or nginx.
  html: { cspNonce: '__ATELIER_NONCE__' },
  build: { target: 'es2023', sourcemap: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: {
    proxy: {
      '/trpc': { target: api, ws: true },
      '/api': { target: api },
      '/auth/oauth': { target: api },
    },
  },
});
