import * as z from 'zod';
import { emailAddress, newPassword, personName } from './auth.ts';
import { budgetLimits } from './budgets.ts';
import { instant, userId } from './ids.ts';
import { linkToken } from './link-token.ts';
import { installationRole } from './permissions.ts';
import { isStorable, notStorable } from './plain-text.ts';
import { mcpSettings, webFetchSettings } from './tool-settings.ts';

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'Write a domain like example.com.');

/** Who may register: anybody, only with an invitation, or with an address of these domains. */
export const registrationRule = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('open') }),
  z.strictObject({ mode: z.literal('invitation') }),
  z.strictObject({ mode: z.literal('domain'), domains: z.array(domain).min(1).max(50) }),
]);
export type RegistrationRule = z.infer<typeof registrationRule>;

/** What an administrator of the installation sets in the app. */
export const installationSettings = z.strictObject({
  registration: registrationRule,
  /** Whether administrators, of organisations and of the installation, need a second factor. */
  adminsNeedSecondFactor: z.boolean(),
  /** A sign-in that nobody uses for so long ends. Null: after seven days. */
  idleMinutes: z.number().int().min(15).max(10_080).nullable(),
  /** The record is kept for so long. Null: for ever. */
  auditRetentionDays: z.number().int().min(30).max(3650).nullable(),
  /** What each organisation may spend, whatever its own budgets say. */
  organisationBudget: budgetLimits,
  /** What agents may reach of the web. */
  webFetch: webFetchSettings,
  /** What people may run and reach as MCP servers. */
  mcp: mcpSettings,
});
export type InstallationSettings = z.infer<typeof installationSettings>;

export const changeSettingsInput = installationSettings.partial();

/** What makes the first owner: the link that the program prints while there is none. */
export const setUpInput = z.strictObject({
  token: linkToken,
  email: emailAddress,
  name: personName,
  password: newPassword,
});
export const claimInput = z.strictObject({ token: linkToken });

/** A person as administrators of the installation see them. */
export const personDto = z.strictObject({
  id: userId,
  email: z.string(),
  name: z.string(),
  status: z.enum(['active', 'suspended']),
  installationRole,
  isEmailVerified: z.boolean(),
  hasSecondFactor: z.boolean(),
  organisations: z.number().int().nonnegative(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});
export type PersonDto = z.infer<typeof personDto>;

export const listPeopleInput = z.strictObject({
  /** In name or address. */
  search: z.string().trim().max(100).refine(isStorable, notStorable).default(''),
  status: z.enum(['all', 'active', 'suspended']).default('all'),
  limit: z.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).nullish(),
  /** Sent by tRPC's infinite queries. Pages are read in one direction only. */
  direction: z.literal('forward').optional(),
});

export const peoplePage = z.strictObject({ items: z.array(personDto), nextCursor: z.string().nullable() });
export type PeoplePage = z.infer<typeof peoplePage>;

export const personRef = z.strictObject({ userId });
export const changeRoleInput = z.strictObject({ userId, role: z.enum(['admin', 'user']) });

/** Null: it went by mail. Otherwise there is no mail, and it is shown this once, to hand on. */
export const resetStarted = z.strictObject({ link: z.string().nullable() });
