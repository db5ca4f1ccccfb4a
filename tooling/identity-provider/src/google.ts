import type { CodeFlow } from './code-flow.ts';
import { claimsOf } from './person.ts';
import type { Answer, Asked } from './wire.ts';

/** Google's endpoints. https://developers.google.com/identity/openid-connect/openid-connect */
export function google(flow: CodeFlow, { path, form, headers }: Asked): Answer | null {
  if (path === '/oauth2/v4/token') {
    const redeemed = flow.redeem(form);
    if ('error' in redeemed) return { status: 400, json: { error: redeemed.error, error_description: 'Bad Request' } };
    const { accessToken, scope } = redeemed;
    return { status: 200, json: { access_token: accessToken, expires_in: 3599, scope, token_type: 'Bearer' } };
  }
  if (path === '/oauth2/v3/userinfo') {
    const person = flow.personOf(headers.authorization);
    if (!person) return { status: 401, json: { error: 'invalid_request', error_description: 'Invalid Credentials' } };
    return { status: 200, json: claimsOf(person) };
  }
  return null;
}
