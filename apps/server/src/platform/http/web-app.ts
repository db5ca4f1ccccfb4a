import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@atelier/kernel/app-error';
import type { RequestHandler } from 'express';
import sirv from 'sirv';
import { pagePolicy } from './security-headers.ts';

/** Stands in the built page wherever its nonce belongs: see `cspNonce` in apps/web/vite.config.ts. */
const nonceMark = '__ATELIER_NONCE__';

/**
 * The built web app. Files whose name holds a hash of their content are kept by browsers for ever; the page itself is
 * made anew each time, with a nonce of its own. Unknown paths get the page: which of them exist is the app's affair.
 * What looks like a file and is none is not found.
 */
export function webApp(directory: string): RequestHandler {
  const index = path.join(directory, 'index.html');
  if (!existsSync(index)) {
    return (_request, response) => {
      response.status(503).type('text/plain').send('The web app is not built. Run: npm run build\n');
    };
  }
  const page = readFileSync(index, 'utf8').split(nonceMark);
  const files = sirv(directory, {
    extensions: [],
    gzip: true,
    brotli: true,
    etag: true,
    dotfiles: false,
  });
  const sendPage: RequestHandler = (_request, response) => {
    const nonce = randomBytes(18).toString('base64url');
    // Without an ETag: "not modified" would join an old page to a new nonce.
    response
      .set({ 'Content-Security-Policy': pagePolicy(nonce), 'Cache-Control': 'no-cache' })
      .type('html')
      .send(page.join(nonce));
  };
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new AppError('route.not_found');
    if (request.path === '/' || request.path === '/index.html') return void sendPage(request, response, next);
    const isHashed = request.path.startsWith('/assets/');
    response.set('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    files(request, response, () => {
      response.set('Cache-Control', 'no-store');
      if (isFile(request.path)) throw new AppError('route.not_found');
      void sendPage(request, response, next);
    });
  };
}

function isFile(pathname: string): boolean {
  return pathname.startsWith('/assets/') || /\.\w+$/.test(pathname);
}
