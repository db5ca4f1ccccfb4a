import * as z from 'zod';
import { apiKeyId, instant, userId } from './ids.ts';
import { scope } from './permissions.ts';
import { plainText } from './plain-text.ts';

const day = 24 * 60 * 60 * 1000;
/** No key lasts longer, unless it is said to last until it is revoked. */
export const apiKeyMaxDays = 365;

export const apiKeyDto = z.strictObject({
  id: apiKeyId,
  name: z.string(),
  /** Its last four characters. */
  hint: z.string(),
  scopes: z.array(scope),
  createdAt: instant,
  expiresAt: instant.nullable(),
  /** To the minute. */
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
});
export type ApiKeyDto = z.infer<typeof apiKeyDto>;
export const apiKeyList = z.strictObject({ items: z.array(apiKeyDto) });

/** A key of the organisation, as its administrators see it. */
export const organisationApiKeyDto = apiKeyDto.extend({
  owner: z.strictObject({ id: userId, name: z.string().nullable() }),
});
export type OrganisationApiKeyDto = z.infer<typeof organisationApiKeyDto>;
export const organisationApiKeyList = z.strictObject({ items: z.array(organisationApiKeyDto) });

export const createApiKeyInput = z.strictObject({
  name: plainText({ max: 80 }),
  scopes: z.array(scope).min(1).max(scope.options.length),
  /** Null: until it is revoked. */
  expiresAt: instant
    .nullable()
    .refine((end) => end === null || Date.parse(end) > Date.now(), 'In the future.')
    .refine((end) => end === null || Date.parse(end) <= Date.now() + apiKeyMaxDays * day, 'At most a year from now.'),
});
export type CreateApiKeyInput = z.infer<typeof createApiKeyInput>;

/** `key` is shown this once. */
export const apiKeyMade = z.strictObject({ apiKey: apiKeyDto, key: z.string() });
export type ApiKeyMade = z.infer<typeof apiKeyMade>;
export const apiKeyRef = z.strictObject({ apiKeyId });
