import type { McpCheckCode } from '@atelier/contracts/mcp';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { egressRefusalIn } from '../../platform/egress/egress-error.ts';
import { UnsealError } from '../../platform/secrets/key-ring.ts';

export type McpFailureCode = Exclude<McpCheckCode, 'ok'>;

/** Why a server could not be used, as we foresaw it. */
export class McpFailure extends Error {
  override readonly name = 'McpFailure';
  readonly code: McpFailureCode;

  constructor(code: McpFailureCode, opts: { readonly cause?: unknown } = {}) {
    super(code, { cause: opts.cause });
    this.code = code;
  }
}

/** For people and models: never a header, a token, an address, or what the server said. */
export const failureWords: Readonly<Record<McpFailureCode, string>> = {
  'mcp.authorisation_needed':
    'The server wants an authorisation. Authorise yourself in the settings, under MCP servers.',
  'mcp.unreachable': 'The server does not answer.',
  'mcp.address_refused':
    'The address leads to a machine that MCP servers may not be at. An administrator of the installation can allow internal hosts.',
  'mcp.timed_out': 'The server took too long.',
  'mcp.invalid_data': 'The server answered something that is not of the protocol, or too much.',
  'mcp.refused': 'The server refused.',
  'mcp.command_not_allowed': 'Its command is not among those that the installation allows.',
  'mcp.no_sandbox': 'Commands cannot be run here: there is no sandbox.',
  'mcp.secret_lost': 'What opens it can no longer be read. Write its headers again, or authorise yourself again.',
};

/** What a failure of the SDK, the network or ours comes to. */
export function failureIn(error: unknown): McpFailureCode {
  if (egressRefusalIn(error)) return 'mcp.address_refused';
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; depth += 1) {
    const code = codeOf(cause);
    if (code) return code;
    cause = cause.cause;
  }
  return 'mcp.unreachable';
}

function codeOf(error: Error): McpFailureCode | null {
  if (error instanceof McpFailure) return error.code;
  if (error instanceof UnsealError) return 'mcp.secret_lost';
  if (error instanceof UnauthorizedError) return 'mcp.authorisation_needed';
  if (error instanceof StreamableHTTPError) {
    if (error.code === 401 || error.code === 403) return 'mcp.authorisation_needed';
    return error.code !== undefined && error.code >= 400 && error.code < 500 ? 'mcp.refused' : 'mcp.unreachable';
  }
  if (error instanceof McpError) return ofProtocol(error.code);
  return error instanceof z.ZodError || error instanceof SyntaxError ? 'mcp.invalid_data' : null;
}

function ofProtocol(code: number): McpFailureCode {
  if (code === ErrorCode.RequestTimeout) return 'mcp.timed_out';
  return code === ErrorCode.ConnectionClosed ? 'mcp.unreachable' : 'mcp.refused';
}
