import { timingSafeEqual } from 'node:crypto';
import type { HttpRoute } from '../../platform/http/http-route.ts';
import { type AllowedOrigins, isLoopback } from '../../platform/http/origins.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';

export interface HealthDeps {
  readonly isReady: () => Promise<boolean>;
  readonly metrics: Metrics;
  readonly origins: AllowedOrigins;
  /** Without one, metrics are given only to callers on this machine. */
  readonly metricsToken: string | null;
}

/** For whoever watches over the process. None of them tells more than it is asked. */
export function healthRoutes(deps: HealthDeps): readonly HttpRoute[] {
  return [
    {
      method: 'get',
      path: '/health',
      access: 'public',
      anyHost: true,
      handle: ({ response }) => void response.json({ status: 'ok' }),
    },
    {
      method: 'get',
      path: '/ready',
      access: 'public',
      anyHost: true,
      async handle({ response }) {
        const isReady = await deps.isReady();
        response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready' });
      },
    },
    {
      method: 'get',
      path: '/metrics',
      access: 'public',
      anyHost: true,
      async handle({ request, response }) {
        const isAllowed = deps.metricsToken
          ? isSame(request.headers.authorization ?? '', `Bearer ${deps.metricsToken}`)
          : isLoopback(request.socket.remoteAddress) &&
            request.headers['x-forwarded-for'] === undefined &&
            deps.origins.allowsHost(request);
        if (!isAllowed) {
          response.status(404).end();
          return;
        }
        response.set('Content-Type', deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics());
      },
    },
  ];
}

function isSame(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
