import * as z from 'zod';

/** The limits that are counted for each person. */
export const personalLimit = z.enum(['procedures', 'connects', 'runs']);
export type PersonalLimit = z.infer<typeof personalLimit>;

/** What somebody may still do. */
export const limitStatus = z.strictObject({
  limit: personalLimit,
  /** How often it is allowed in `seconds`. */
  points: z.number().int().nonnegative(),
  seconds: z.number().int().positive(),
  left: z.number().int().nonnegative(),
  /** Milliseconds until all of it is there again; 0: it is. */
  resetsInMs: z.number().int().nonnegative(),
});
export type LimitStatus = z.infer<typeof limitStatus>;
