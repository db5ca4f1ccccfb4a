import { createHash } from 'node:crypto';
import type { CodeFlow } from './code-flow.ts';
import type { Person } from './person.ts';
import type { Answer, Asked } from './wire.ts';

/** GitHub's endpoints. https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
export function github(flow: CodeFlow, { path, form, headers }: Asked): Answer | null {
  if (path === '/login/oauth/access_token') {
    const redeemed = flow.redeem(form);
    // GitHub says no with 200.
    const fields: Record<string, string> =
      'error' in redeemed
        ? { error: redeemed.error === 'invalid_grant' ? 'bad_verification_code' : 'incorrect_client_credentials' }
        : { access_token: redeemed.accessToken, scope: redeemed.scope, token_type: 'bearer' };
    if (headers.accept?.includes('application/json')) return { status: 200, json: fields };
    return { status: 200, text: String(new URLSearchParams(fields)), type: 'application/x-www-form-urlencoded' };
  }
  if (path !== '/api/v3/user' && path !== '/api/v3/user/emails') return null;
  const person = flow.personOf(headers.authorization);
  if (!person) return { status: 401, json: { message: 'Bad credentials' } };
  if (path === '/api/v3/user') {
    const { name } = person;
    const login = (name ?? 'somebody').toLowerCase().replace(/\W+/g, '-');
    return { status: 200, json: { id: githubId(person), login, name, email: null, html_url: '', avatar_url: '' } };
  }
  return { status: 200, json: emailsOf(person) };
}

/** Nobody there is without an address: GitHub itself gives one to everybody. */
function emailsOf(person: Person): readonly object[] {
  const { email, emailVerified, otherEmails = [] } = person;
  const own = { email: `${githubId(person)}@users.noreply.github.com`, verified: true };
  const primary = email === null ? [] : [{ email, primary: true, verified: emailVerified === true, visibility: null }];
  return [...[...otherEmails, own].map((other) => ({ ...other, primary: false, visibility: null })), ...primary];
}

/** GitHub's ids are numbers. A subject that is none gets one that is always the same. */
export function githubId({ subject }: Person): number {
  if (/^\d{1,15}$/.test(subject)) return Number(subject);
  return createHash('sha256').update(subject).digest().readUIntBE(0, 6);
}
