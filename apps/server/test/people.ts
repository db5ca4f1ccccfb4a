import { type GrantDto, grantDto, registerAnswer, signInAnswer } from '@atelier/contracts/auth';
import { organisationId, signInId, userId } from '@atelier/contracts/ids';
import { type SentDto, sentDto } from '@atelier/contracts/messages';
import type { OrganisationRole } from '@atelier/contracts/permissions';
import { isTerminal, type RunState, runState } from '@atelier/contracts/runs';
import { type SessionDto, sessionDto } from '@atelier/contracts/sessions';
import { newId } from '@atelier/kernel/ids';
import { expect } from 'vitest';
import * as z from 'zod';
import { AccessTokens } from '../src/modules/auth/access-tokens.ts';
import { SigningKeys } from '../src/platform/secrets/signing-keys.ts';
import { type Answer, ask, call, dataOf, request } from './calls.ts';
import { authSecret, type RunningProgram } from './running-program.ts';

export const password = 'canary-correct-horse-battery';

export interface Person {
  readonly email: string;
  readonly name: string;
  readonly token: string;
  /** The whole `Cookie` header. */
  readonly cookie: string;
  readonly userId: string;
  readonly organisationId: string;
  readonly signInId: string;
}

export async function newPerson(running: RunningProgram, name = 'Ada'): Promise<Person> {
  const email = `${newId()}@example.com`;
  return personOf(await call(running, 'auth.register', { email, password, name }), email, name);
}

/** Somebody new who owns the installation. */
export async function newOwner(running: RunningProgram): Promise<Person> {
  const person = await newPerson(running);
  const token = (await running.program.newSetupLink())?.split('#')[1];
  const answer = await call(running, 'installation.claim', { token }, { token: person.token });
  if (answer.status !== 200) throw new Error(`Not the owner: ${answer.status} ${answer.text}`);
  return person;
}

export async function signIn(running: RunningProgram, email: string, headers = {}): Promise<Person> {
  return personOf(await call(running, 'auth.signIn', { email, password }, { headers }), email, '');
}

/** The grant in an answer to registering, signing in, renewing, or whatever else signs somebody in. */
export function grantOf(answer: Answer): GrantDto {
  const entered = z.union([grantDto, signInAnswer, registerAnswer]).parse(dataOf(answer));
  if (!('accessToken' in entered)) throw new Error(`Not signed in yet: ${answer.text}`);
  return entered;
}

export function personOf(answer: Answer, email: string, name: string): Person {
  if (answer.status !== 200) throw new Error(`Not signed in: ${answer.status} ${answer.text}`);
  const { accessToken, identity } = grantOf(answer);
  return {
    email,
    name,
    token: accessToken,
    cookie: cookieOf(answer),
    userId: identity.user.id,
    organisationId: identity.organisation.id,
    signInId: identity.signInId ?? '',
  };
}

/** The cookie that an answer sets, as it is sent back. */
export function cookieOf(answer: Answer): string {
  return answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
}

export function keysOf(secret: string): SigningKeys {
  return new SigningKeys([new TextEncoder().encode(secret)]);
}

export function tokensOf(secret: string): AccessTokens {
  return new AccessTokens(keysOf(secret).keysFor('access-token'), 600);
}

/** A second sign-in of somebody, in an organisation they are made a member of. */
export async function signInTo(
  running: RunningProgram,
  person: Person,
  organisation: string,
  opts: { readonly role?: OrganisationRole; readonly authenticatedAt?: Date } = {},
): Promise<string> {
  const { role = 'member', authenticatedAt = new Date() } = opts;
  const { pool } = running.database;
  const family = newId();
  await pool.query(`INSERT INTO memberships (organisation_id, user_id, role, created_at) VALUES ($1, $2, $3, now())`, [
    organisation,
    person.userId,
    role,
  ]);
  await pool.query(
    `INSERT INTO sign_ins (id, user_id, organisation_id, methods, user_agent, created_at, authenticated_at, last_used_at, absolute_expires_at)
     VALUES ($1, $2, $3, '{password}', '', now(), $4, now(), now() + '1 day')`,
    [family, person.userId, organisation, authenticatedAt],
  );
  const subject = {
    sub: userId.parse(person.userId),
    email: person.email,
    sid: signInId.parse(family),
    org: organisationId.parse(organisation),
  };
  return (await tokensOf(authSecret).issue(subject, new Date())).token;
}

export async function newSession(running: RunningProgram, who: { readonly token: string }): Promise<SessionDto> {
  return await ask(running, who, 'sessions.create', { clientId: newId() }, sessionDto);
}

export async function send(
  running: RunningProgram,
  who: { readonly token: string },
  sessionId: string,
  text: string,
): Promise<SentDto> {
  const input = { sessionId, clientId: newId(), parts: [{ type: 'text', text }] };
  return await ask(running, who, 'messages.send', input, sentDto);
}

export async function runStateOf(running: RunningProgram, runId: string): Promise<RunState | null> {
  const { rows } = await running.database.pool.query(`SELECT state FROM runs WHERE id = $1`, [runId]);
  return rows[0] ? runState.parse(rows[0].state) : null;
}

/** Waits until a run is in this state; one that ends otherwise fails at once. */
export async function untilRun(running: RunningProgram, runId: string, state: RunState): Promise<void> {
  let last: RunState | null = null;
  await expect
    .poll(
      async () => {
        last = await runStateOf(running, runId);
        return last === state || (last !== null && isTerminal(last));
      },
      { timeout: 20_000, interval: 15 },
    )
    .toBe(true);
  expect(last).toBe(state);
}

/** Has another worker go on with a run, as if the one that is at it were lost. */
export async function takeOver(by: RunningProgram, runId: string): Promise<void> {
  // A heartbeat may come in between, and extend what has just run out.
  const offered = async () => {
    await by.database.pool.query(
      `UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1 AND state = 'running'`,
      [runId],
    );
    return await by.program.supervisor.offer(runId);
  };
  await expect.poll(offered).toBe(true);
}

export async function upload(
  running: RunningProgram,
  who: { readonly token: string },
  sessionId: string,
  file: {
    readonly name: string;
    readonly content: RequestInit['body'];
    readonly query?: Readonly<Record<string, string>>;
    readonly mediaType?: string;
  },
): Promise<Answer> {
  const query = new URLSearchParams({ name: file.name, ...file.query });
  return await request(
    running,
    `/api/sessions/${sessionId}/files?${query}`,
    { method: 'POST', body: file.content ?? null, headers: { 'content-type': file.mediaType ?? 'text/plain' } },
    { token: who.token },
  );
}
