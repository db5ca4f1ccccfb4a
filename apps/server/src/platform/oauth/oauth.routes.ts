import type { Response } from 'express';
import type { HttpRoute } from '../http/http-route.ts';
import type { AllowedOrigins } from '../http/origins.ts';
import type { OauthFlow } from './oauth-flow.ts';

/** What our own page adds to an answer that it passes on. */
const passedOn = 'continued';

/**
 * Out to a provider and back. Both are GETs by nature: browsers are sent here. The first makes nothing but a row that
 * ends by itself and a cookie; the second works only for the browser that came by the first.
 */
export function oauthRoutes(flow: OauthFlow, origins: AllowedOrigins): readonly HttpRoute[] {
  return [
    {
      method: 'get',
      path: '/auth/oauth/:provider/start',
      access: 'public',
      async handle({ request, response, op, caller, cookies, params }) {
        const home = origins.homeOf(request);
        if (home !== null) return lead(response, `${home}${request.originalUrl}`);
        const visitor = { caller, jar: cookies };
        return lead(response, await flow.startSignIn(op, params.provider, request.query.returnTo, visitor));
      },
    },
    {
      method: 'get',
      path: '/auth/oauth/:provider/callback',
      access: 'public',
      async handle({ request, response, op, caller, cookies, params }) {
        if (request.query[passedOn] === undefined && (await flow.isLink(op, request.query))) {
          passOn(response, request.originalUrl);
          return;
        }
        lead(response, await flow.finish(op, params.provider, request.query, { caller, jar: cookies }));
      },
    },
  ];
}

function lead(response: Response, address: string): void {
  response.set('Cache-Control', 'no-store').redirect(303, address);
}

/**
 * Whoever arrives from a provider comes from another site, so the browser kept its SameSite=Strict cookies back, the one
 * of the sign-in among them. A page of ours that goes on at once to the same address brings them along.
 */
function passOn(response: Response, url: string): void {
  const target = `${url}&${passedOn}=1`.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  response
    .set('Cache-Control', 'no-store')
    .type('html')
    .send(`<!doctype html><meta http-equiv="refresh" content="0;url=${target}"><title>Atelier</title>`);
}
