import * as z from 'zod';
import { instant, organisationId, providerId } from './ids.ts';
import { modelName, providerKind } from './models.ts';
import { isStorable, notStorable, plainText } from './plain-text.ts';
import { providerPresets } from './provider-presets.ts';

export const providerPresetId = z.enum(providerPresets.map(({ id }) => id));

/** Who may use the models of a provider: every organisation, or those that are named. */
export const providerAccess = z.enum(['everyone', 'some']);
export type ProviderAccess = z.infer<typeof providerAccess>;

/** Failures that say something of a provider, and not of what it was asked. */
export const providerFailure = z.enum([
  'provider.auth',
  'provider.unreachable',
  'provider.rate_limited',
  'provider.overloaded',
  'provider.cut',
  'provider.stalled',
  'provider.unhealthy',
]);

/** How a provider last answered, whichever process asked. */
export const providerHealth = z.strictObject({
  /** `unknown`: nobody has asked it yet. `resting`: it failed again and again, and is left alone for a while. */
  state: z.enum(['unknown', 'healthy', 'failing', 'resting']),
  lastAnsweredAt: instant.nullable(),
  lastFailedAt: instant.nullable(),
  lastError: providerFailure.nullable(),
  restsUntil: instant.nullable(),
});
export type ProviderHealthDto = z.infer<typeof providerHealth>;

/** A provider as those see it who administer the installation. Its key is never shown again. */
export const providerDto = z.strictObject({
  id: providerId,
  name: z.string(),
  kind: providerKind,
  /** What it was made from; null: nothing. */
  preset: providerPresetId.nullable(),
  baseUrl: z.string(),
  /** `last4` tells keys apart; null for one that is too short to show any of it. */
  key: z.strictObject({ set: z.boolean(), last4: z.string().nullable() }),
  isEnabled: z.boolean(),
  access: providerAccess,
  /** How many organisations are named; it matters when `access` is `some`. */
  organisations: z.number().int().nonnegative(),
  models: z.number().int().nonnegative(),
  health: providerHealth,
  createdAt: instant,
  updatedAt: instant,
});
export type ProviderDto = z.infer<typeof providerDto>;
export const providerList = z.strictObject({ items: z.array(providerDto) });

const name = plainText({ max: 80 });

/** Up to and including the version, without a slash at the end. Nothing secret may stand in it: it is shown. */
export const baseUrl = z
  .string()
  .trim()
  .max(500)
  .refine(isBaseUrl, 'Write an address like https://api.example.com/v1, without a name, password or question mark.')
  .transform((text) => new URL(text).href.replace(/\/$/, ''));

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === '' && !/[?#]/.test(text);
}

/** It travels in a header: visible ASCII only. */
const apiKey = z
  .string()
  .trim()
  .min(1)
  .max(4000)
  .regex(/^[\x21-\x7e]*$/, 'A key has no blanks or special characters in it.');

export const createProviderInput = z.strictObject({
  name,
  kind: providerKind,
  preset: providerPresetId.nullable().default(null),
  baseUrl,
  /** Null for servers that want none. */
  apiKey: apiKey.nullable().default(null),
  access: providerAccess.default('everyone'),
});
export type CreateProviderInput = z.infer<typeof createProviderInput>;

/** What is given changes; the rest stays. */
export const updateProviderInput = z.strictObject({
  providerId,
  name: name.optional(),
  isEnabled: z.boolean().optional(),
});
export type UpdateProviderInput = z.infer<typeof updateProviderInput>;

/**
 * Where it is and what opens it. A key belongs to its address: another address without a key leaves none. `apiKey: null`
 * takes the key away.
 */
export const connectProviderInput = z.strictObject({
  providerId,
  baseUrl: baseUrl.optional(),
  apiKey: apiKey.nullable().optional(),
});
export type ConnectProviderInput = z.infer<typeof connectProviderInput>;

export const providerRef = z.strictObject({ providerId });

/** With a model: also asks it for one word. */
export const testProviderInput = z.strictObject({ providerId, model: modelName.optional() });

/** How a call to a provider went. */
export const providerOutcome = z.strictObject({
  ok: z.boolean(),
  code: z.enum([
    'ok',
    'provider.auth',
    'provider.key_lost',
    'provider.unreachable',
    'provider.address_refused',
    'provider.timed_out',
    'provider.rate_limited',
    'provider.overloaded',
    'provider.refused',
    'provider.model_not_found',
    'provider.invalid_data',
  ]),
  /** For people. Never a key, a host, or what the provider said. */
  message: z.string(),
});
export type ProviderOutcome = z.infer<typeof providerOutcome>;

export const providerTest = providerOutcome.extend({ latencyMs: z.number().int().nonnegative() });
export type ProviderTest = z.infer<typeof providerTest>;

/** What a provider says it has. Null: it does not say. */
export const listedModel = z.strictObject({
  name: z.string(),
  label: z.string().nullable(),
  contextWindow: z.number().int().nullable(),
  maxOutputTokens: z.number().int().nullable(),
  /** Whether it stands in our list already. */
  isAdded: z.boolean(),
});
export const fetchedModels = providerOutcome.extend({ models: z.array(listedModel) });
export type FetchedModels = z.infer<typeof fetchedModels>;

/** The organisations are kept when everybody has access, for when that is taken back. */
export const setAccessInput = z.strictObject({
  providerId,
  access: providerAccess,
  organisationIds: z.array(organisationId).max(1000),
});
export type SetAccessInput = z.infer<typeof setAccessInput>;

const accessOrganisation = z.strictObject({
  id: organisationId,
  name: z.string(),
  kind: z.enum(['personal', 'shared']),
});
export const accessDto = z.strictObject({ access: providerAccess, organisations: z.array(accessOrganisation) });
export type AccessDto = z.infer<typeof accessDto>;

export const findOrganisationsInput = z.strictObject({
  /** In the name. */
  search: z.string().trim().max(100).refine(isStorable, notStorable).default(''),
});
/** The first fifty by name. */
export const foundOrganisations = z.strictObject({ items: z.array(accessOrganisation) });
export type FoundOrganisations = z.infer<typeof foundOrganisations>;
