import * as z from 'zod';
import { isStorable, notStorable } from './plain-text.ts';

/** `example.com` for itself, `*.example.com` for what is below it. */
const hostRule = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:\*\.)?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/, 'Write a host like example.com or *.example.com.');

/** Pages of the web for agents. No host: every public one. */
export const webFetchSettings = z.strictObject({ isOn: z.boolean(), hosts: z.array(hostRule).max(200) });
export type WebFetchSettings = z.infer<typeof webFetchSettings>;

/** A machine of one's own network: its port is part of it, so that nothing else there is let. */
const internalHost = z
  .string()
  .trim()
  .toLowerCase()
  .max(260)
  .regex(
    /^(?:[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*|\[[0-9a-f:.]{2,45}\]):\d{1,5}$/,
    'Write a host and port like tools.internal:8080.',
  );

const argument = z.string().min(1).max(1000).refine(isStorable, notStorable);

/** A whole command that people may run as an MCP server, in the sandbox, by its name. No shell reads it. */
export const mcpCommand = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Write a name of small letters, digits and hyphens.'),
  argv: z.array(argument).min(1).max(50),
});
export type McpCommand = z.infer<typeof mcpCommand>;

/** `internalHosts`: what people's MCP servers may reach beside public addresses. */
export const mcpSettings = z.strictObject({
  commands: z.array(mcpCommand).max(50),
  internalHosts: z.array(internalHost).max(200),
});
export type McpSettings = z.infer<typeof mcpSettings>;
