import * as z from 'zod';

/** The secret of a link, from behind its `#`: 256 random bits. */
export const linkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'This link is not complete.');
