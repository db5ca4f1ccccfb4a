import { describe, expect, test } from 'vitest';
import { errorCatalogue, httpStatusOf } from './errors.ts';

/** Written out by hand: a code, or the status of one, that changes is a change of the API. */
const published = {
  'auth.required': 401,
  'auth.invalid_credentials': 401,
  'auth.registration_refused': 409,
  'auth.password_weak': 400,
  'auth.password_wrong': 400,
  'auth.password_needed': 400,
  'auth.link_invalid': 400,
  'auth.locked': 429,
  'auth.reset_needed': 403,
  'auth.busy': 429,
  'auth.confirmation_required': 403,
  'auth.second_factor_required': 403,
  'permission.denied': 403,
  'auth.provider_unavailable': 503,
  'mail.not_set_up': 409,
  'installation.has_owner': 409,
  'user.not_found': 404,
  'auth.code_invalid': 401,
  'auth.challenge_ended': 401,
  'auth.passkey_refused': 401,
  'auth.last_way': 409,
  'auth.no_second_factor': 409,
  'totp.active': 409,
  'totp.not_active': 409,
  'passkey.not_found': 404,
  'passkey.exists': 409,
  'passkey.too_many': 409,
  'device.not_found': 404,
  'account.not_found': 404,
  'key.not_found': 404,
  'key.too_many': 409,
  'ask.not_found': 404,
  'ask.decided': 409,
  'ask.input_invalid': 400,
  'agent.not_found': 404,
  'agent.stale': 409,
  'agent.too_many': 409,
  'pipeline.not_found': 404,
  'pipeline.stale': 409,
  'pipeline.too_many': 409,
  'pipeline.active': 409,
  'pipeline.decided': 409,
  'pipeline.not_stopped': 409,
  'pipeline.agent_gone': 409,
  'pipeline.goal_too_long': 400,
  'pipeline.too_many_tries': 409,
  'mcp_server.not_found': 404,
  'mcp_server.name_taken': 409,
  'mcp_server.too_many': 409,
  'mcp_server.command_not_allowed': 403,
  'mcp_tool.changed': 409,
  'mcp_authorisation.not_offered': 409,
  'mcp_authorisation.not_started': 400,
  'mcp_authorisation.failed': 409,
  'rule.not_found': 404,
  'rule.too_many': 409,
  'checkpoint.not_found': 404,
  'session.busy': 409,
  'sandbox.off': 409,
  'terminal.not_found': 404,
  'terminal.elsewhere': 409,
  'terminal.too_many': 409,
  'request.invalid': 400,
  'request.conflict': 409,
  'request.too_many': 429,
  'request.foreign_host': 400,
  'request.forbidden_origin': 403,
  'request.unsupported_media': 415,
  'request.too_large': 413,
  'organisation.not_found': 404,
  'organisation.personal': 409,
  'organisation.changed': 409,
  'organisation.needs_owner': 409,
  'member.not_found': 404,
  'invitation.not_found': 404,
  'invitation.exists': 409,
  'invitation.other_address': 409,
  'provider.not_found': 404,
  'provider.too_many': 409,
  'model.not_found': 404,
  'model.too_many': 409,
  'chain.not_found': 404,
  'chain.too_many': 409,
  'route.not_found': 404,
  'session.not_found': 404,
  'session.stale': 409,
  'session.archived': 409,
  'message.too_many_queued': 429,
  'message.not_found': 404,
  'run.not_found': 404,
  'run.not_finished': 409,
  'run.not_steerable': 409,
  'run.not_latest': 409,
  'run.of_pipeline': 409,
  'file.not_found': 404,
  'file.name_invalid': 400,
  'file.too_large': 413,
  'file.exists': 409,
  'file.incomplete': 400,
  'workspace.quota_exceeded': 413,
  'upload.not_found': 404,
  'service.unavailable': 503,
  'service.draining': 503,
  'internal.unexpected': 500,
} as const;

describe('the catalogue of errors', () => {
  test('travels with the published HTTP status of each code, and holds no other code', () => {
    const statuses = Object.entries(errorCatalogue).map(([code, { kind }]) => [code, httpStatusOf[kind]]);

    expect(Object.fromEntries(statuses)).toEqual(published);
  });

  test.each(Object.entries(errorCatalogue))('says %s in whole sentences that hold no value', (_code, { message }) => {
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(message).not.toMatch(/[\d/\\@{}$]/);
  });

  test('names every code noun.what_is_so', () => {
    for (const code of Object.keys(errorCatalogue)) expect(code).toMatch(/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/);
  });

  test('tells nobody by its words which kind of thing was not found', () => {
    // An invitation is asked for by its secret: whoever has that knows what it was.
    const words = Object.entries(errorCatalogue).flatMap(([code, { kind, message }]) =>
      kind === 'NOT_FOUND' && code !== 'invitation.not_found' ? [message] : [],
    );

    expect(words.length).toBeGreaterThan(1);
    expect(new Set(words)).toEqual(new Set(['Not found.']));
  });
});
