import { type LimitStatus, limitStatus, personalLimit } from '@atelier/contracts/limits';
import { limits } from '../../platform/rate-limit/limits.ts';
import type { RateLimiter } from '../../platform/rate-limit/rate-limiter.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';

/** What people may know of their own limits. */
export class LimitsService {
  readonly #limiter: RateLimiter;
  constructor(limiter: RateLimiter) {
    this.#limiter = limiter;
  }

  async status({ userId }: SignedIn): Promise<readonly LimitStatus[]> {
    return await Promise.all(
      personalLimit.options.map(async (limit) => {
        const { points, left, resetsInMs } = await this.#limiter.left(limit, userId);
        return limitStatus.parse({
          limit,
          points,
          seconds: limits[limit].seconds,
          left: Math.min(left, points),
          resetsInMs: Math.ceil(resetsInMs),
        });
      }),
    );
  }
}
