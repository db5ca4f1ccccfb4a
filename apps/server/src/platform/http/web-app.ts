import { existsSync } from 'node:fs';
import type { RequestHandler } from 'express';
import sirv from 'sirv';

/**
 * The built web app. Files whose name holds a hash of their content are kept by browsers for ever; the page itself is
 * asked for again each time. Unknown paths get the page: which of them exist is the app's affair.
 */
export function webApp(directory: string): RequestHandler {
  if (!existsSync(directory)) {
    return (_request, response) => {
      response.status(503).type('text/plain').send('The web app is not built. Run: npm run build\n');
    };
  }
  return sirv(directory, {
    single: true,
    gzip: true,
    brotli: true,
    etag: true,
    dotfiles: false,
    setHeaders(response, pathname) {
      const isHashed = pathname.startsWith('/assets/');
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
