/**
 * Every failure a client may branch on, and how it travels. Adding a code is an API change.
 * `kind` is a tRPC error code; its HTTP status follows from it. `message` is the English text
 * a person may read: it never holds a value, a path, a host or a query.
 */
export const errorCatalogue = {
  'auth.required': {
    kind: 'UNAUTHORIZED',
    message: 'Your session has ended. Sign in again; your draft is kept.',
  },
  'auth.invalid_credentials': { kind: 'UNAUTHORIZED', message: 'That email and password do not match.' },
  'auth.registration_refused': {
    kind: 'CONFLICT',
    message: 'This account could not be created. If you already have one, sign in instead.',
  },
  'auth.password_weak': {
    kind: 'BAD_REQUEST',
    message:
      'This password is too easy to guess. Choose another one, for example four words that have nothing in common.',
  },
  'auth.password_wrong': { kind: 'BAD_REQUEST', message: 'That is not your password.' },
  'auth.password_needed': {
    kind: 'BAD_REQUEST',
    message: 'This is not the browser you registered in. Choose a password to go on.',
  },
  'auth.link_invalid': {
    kind: 'BAD_REQUEST',
    message: 'This link is not good any more: it was used, or it is too old. Ask for a new one.',
  },
  'auth.locked': {
    kind: 'TOO_MANY_REQUESTS',
    message: 'Too many wrong passwords for this address. Wait a moment, or set a new password.',
  },
  'auth.reset_needed': {
    kind: 'FORBIDDEN',
    message: 'Far too many wrong passwords for this address. Set a new password to sign in again.',
  },
  'auth.busy': { kind: 'TOO_MANY_REQUESTS', message: 'Too many sign-ins at once. Try again in a moment.' },
  'auth.confirmation_required': { kind: 'FORBIDDEN', message: 'Confirm that it is you, then try again.' },
  'auth.second_factor_required': {
    kind: 'FORBIDDEN',
    message: 'Administrators need a second factor here. Set one up in your security settings, then sign in with it.',
  },
  'auth.code_invalid': {
    kind: 'UNAUTHORIZED',
    message: 'That code is not right, or was used before. Wait for the next one and try again.',
  },
  'auth.challenge_ended': {
    kind: 'UNAUTHORIZED',
    message: 'This took too long, or there were too many wrong codes. Sign in from the start.',
  },
  'auth.passkey_refused': {
    kind: 'UNAUTHORIZED',
    message: 'This passkey could not be used. Try again, or choose another way.',
  },
  'auth.last_way': {
    kind: 'CONFLICT',
    message: 'This is your only way to sign in. Add another one first, then remove it.',
  },
  'totp.active': {
    kind: 'CONFLICT',
    message: 'An authenticator app is set up already. Remove it first, then set up another.',
  },
  'totp.not_active': { kind: 'CONFLICT', message: 'No authenticator app is set up.' },
  'auth.no_second_factor': { kind: 'CONFLICT', message: 'Set up an authenticator app or a passkey first.' },
  'passkey.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'passkey.exists': { kind: 'CONFLICT', message: 'This passkey is known already.' },
  'passkey.too_many': { kind: 'CONFLICT', message: 'You have twenty passkeys. Remove one first.' },
  'device.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'account.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'key.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'key.too_many': { kind: 'CONFLICT', message: 'You have fifty keys here. Revoke one first.' },
  'permission.denied': { kind: 'FORBIDDEN', message: 'Your role does not allow this.' },
  'auth.provider_unavailable': {
    kind: 'SERVICE_UNAVAILABLE',
    message: 'The sign-in provider does not answer. Try again in a moment.',
  },
  'mail.not_set_up': {
    kind: 'CONFLICT',
    message: 'This installation sends no mail. Ask whoever runs it to set it up, then try again.',
  },
  'installation.has_owner': {
    kind: 'CONFLICT',
    message: 'This installation has an owner already. Ask them for what you need.',
  },
  'user.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'request.invalid': { kind: 'BAD_REQUEST', message: 'The request is not valid.' },
  'request.conflict': {
    kind: 'CONFLICT',
    message: 'This was already submitted with other content. Send it again as a new request.',
  },
  'request.too_many': {
    kind: 'TOO_MANY_REQUESTS',
    message: 'That was too much in a short time. Wait a moment, then try again.',
  },
  'request.foreign_host': { kind: 'BAD_REQUEST', message: 'The server does not answer under this name.' },
  'request.forbidden_origin': { kind: 'FORBIDDEN', message: 'This address may not call the server.' },
  'request.unsupported_media': { kind: 'UNSUPPORTED_MEDIA_TYPE', message: 'Send this request as JSON.' },
  'request.too_large': { kind: 'PAYLOAD_TOO_LARGE', message: 'The request is too large.' },
  'organisation.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'organisation.personal': {
    kind: 'CONFLICT',
    message: 'This is your personal workspace: it cannot be renamed, shared, left or deleted.',
  },
  'organisation.needs_owner': {
    kind: 'CONFLICT',
    message: 'Hand the organisation over to somebody else first, then leave.',
  },
  'organisation.changed': {
    kind: 'CONFLICT',
    message: 'You are in another organisation now, so nothing was done. Look at it and try again.',
  },
  'member.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'invitation.not_found': { kind: 'NOT_FOUND', message: 'This invitation is no longer valid.' },
  'invitation.exists': {
    kind: 'CONFLICT',
    message: 'This address is invited already. Send that invitation again, or take it back first.',
  },
  'invitation.other_address': {
    kind: 'CONFLICT',
    message: 'This invitation is for another address. Sign in with that one to accept it.',
  },
  'provider.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'provider.too_many': { kind: 'CONFLICT', message: 'There are fifty providers already. Remove one first.' },
  'model.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'model.too_many': {
    kind: 'CONFLICT',
    message: 'A provider has at most five hundred models here. Remove some first.',
  },
  'chain.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'chain.too_many': { kind: 'CONFLICT', message: 'There are fifty chains already. Remove one first.' },
  'route.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'session.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'session.stale': { kind: 'CONFLICT', message: 'Somebody changed this session meanwhile. Look at it and try again.' },
  'session.archived': { kind: 'CONFLICT', message: 'This session is archived. Restore it to go on.' },
  'message.too_many_queued': {
    kind: 'TOO_MANY_REQUESTS',
    message: 'Twenty messages are waiting already. Let the agent answer, or remove one.',
  },
  'message.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'run.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'run.not_finished': { kind: 'CONFLICT', message: 'This answer is still being written.' },
  'run.not_steerable': {
    kind: 'CONFLICT',
    message: 'This message cannot be read by the answer that is being written.',
  },
  'run.of_pipeline': {
    kind: 'CONFLICT',
    message: 'This answer belongs to a pipeline. Decide at its gate, or run its stage again.',
  },
  'run.not_latest': { kind: 'CONFLICT', message: 'The conversation has gone on since. Send a new message instead.' },
  'ask.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'ask.decided': { kind: 'CONFLICT', message: 'This was decided already. Look at it again.' },
  'ask.input_invalid': { kind: 'BAD_REQUEST', message: 'The changed arguments are not a JSON object.' },
  'agent.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'agent.stale': { kind: 'CONFLICT', message: 'Somebody changed this agent meanwhile. Look at it and try again.' },
  'agent.too_many': { kind: 'CONFLICT', message: 'There are a hundred agents here. Archive one first.' },
  'pipeline.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'pipeline.stale': {
    kind: 'CONFLICT',
    message: 'Somebody changed this pipeline meanwhile. Look at it and try again.',
  },
  'pipeline.too_many': { kind: 'CONFLICT', message: 'There are a hundred pipelines here. Archive one first.' },
  'pipeline.active': {
    kind: 'CONFLICT',
    message: 'A pipeline is under way in this session. Wait until it is done, or stop it.',
  },
  'pipeline.decided': { kind: 'CONFLICT', message: 'This stage was decided already. Look at it again.' },
  'pipeline.agent_gone': {
    kind: 'CONFLICT',
    message: 'An agent of this pipeline is gone. Choose another one for its stage, and start it then.',
  },
  'pipeline.goal_too_long': {
    kind: 'BAD_REQUEST',
    message: 'With this text a goal of the pipeline gets too long. Start it with a shorter one.',
  },
  'pipeline.too_many_tries': {
    kind: 'CONFLICT',
    message: 'The stages of this pipeline were tried a hundred times. Start it anew.',
  },
  'pipeline.not_stopped': { kind: 'CONFLICT', message: 'Only a stage that failed or was stopped is run again.' },
  'mcp_server.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'mcp_server.name_taken': {
    kind: 'CONFLICT',
    message: 'A server of this name is there already. Choose another name.',
  },
  'mcp_server.too_many': { kind: 'CONFLICT', message: 'There are twenty servers here. Remove one first.' },
  'mcp_server.command_not_allowed': {
    kind: 'FORBIDDEN',
    message: 'Only commands that an administrator of the installation has written down may be run as MCP servers.',
  },
  'mcp_tool.changed': {
    kind: 'CONFLICT',
    message: 'A tool is not what you saw any more. Look at it again, then decide.',
  },
  'mcp_authorisation.not_offered': {
    kind: 'CONFLICT',
    message: 'This server asks for no authorisation now. If it should, look whether its address is right.',
  },
  'mcp_authorisation.not_started': {
    kind: 'BAD_REQUEST',
    message: 'This authorisation was not started here by you, or it took too long. Begin again in the settings.',
  },
  'mcp_authorisation.failed': {
    kind: 'CONFLICT',
    message: 'The authorisation did not work out. Check the server, then begin again.',
  },
  'rule.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'rule.too_many': { kind: 'CONFLICT', message: 'There are two hundred rules here. Remove one first.' },
  'checkpoint.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'session.busy': {
    kind: 'CONFLICT',
    message: 'The agent is at work here. Wait until it is done, or stop it, then try again.',
  },
  'file.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'file.name_invalid': { kind: 'BAD_REQUEST', message: 'This file name cannot be used.' },
  'file.too_large': { kind: 'PAYLOAD_TOO_LARGE', message: 'The file is too large.' },
  'file.exists': { kind: 'CONFLICT', message: 'Something else with this name is in the way.' },
  'file.incomplete': { kind: 'BAD_REQUEST', message: 'The upload ended early; nothing was stored.' },
  'workspace.quota_exceeded': {
    kind: 'PAYLOAD_TOO_LARGE',
    message: 'The workspace is full. Remove files, then try again.',
  },
  'sandbox.off': {
    kind: 'CONFLICT',
    message: 'Nothing can run here: this server has no sandbox. Ask whoever runs it to turn it on.',
  },
  'terminal.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'terminal.elsewhere': {
    kind: 'CONFLICT',
    message: 'This terminal is gone: the server was started again, or you reach another part of it. Open a new one.',
  },
  'terminal.too_many': {
    kind: 'CONFLICT',
    message: 'No more terminals can be opened now. Close one first, or wait until somebody else does.',
  },
  'upload.not_found': { kind: 'NOT_FOUND', message: 'Not found.' },
  'service.unavailable': {
    kind: 'SERVICE_UNAVAILABLE',
    message: 'A part of the service does not answer. Try again in a few seconds.',
  },
  'service.draining': {
    kind: 'SERVICE_UNAVAILABLE',
    message: 'The server is restarting. Try again in a few seconds.',
  },
  'internal.unexpected': {
    kind: 'INTERNAL_SERVER_ERROR',
    message: 'Something went wrong on our side. Nothing you typed is lost.',
  },
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** The tRPC codes the catalogue uses, and the HTTP status of each. */
export const httpStatusOf = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
} as const satisfies Record<(typeof errorCatalogue)[ErrorCode]['kind'], number>;
