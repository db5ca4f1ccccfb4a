import * as z from 'zod';
import { signInProvider } from './oauth.ts';

/** A capability that can be off, and the one line that turns it on. */
export const capability = z.strictObject({
  name: z.enum(['model', 'mail', 'sandbox', 'oauth']),
  isOn: z.boolean(),
  label: z.string(),
  /** How to turn it on; null when it is on. */
  remedy: z.string().nullable(),
});
export type Capability = z.infer<typeof capability>;

/** What a signed-out visitor may know. `capabilities` is filled only until the first person has registered. */
export const systemStatus = z.strictObject({
  version: z.string(),
  hasUsers: z.boolean(),
  /** Whether somebody has opened the link that is printed at the start. */
  hasOwner: z.boolean(),
  /** Who may make an account by themselves. Which domains is nobody's business who is not signed in. */
  registration: z.enum(['open', 'invitation', 'domain']),
  /** Who besides us can say who somebody is, in the order of the buttons. */
  signInProviders: z.array(signInProvider),
  capabilities: z.array(capability),
});
export type SystemStatus = z.infer<typeof systemStatus>;

/** What a signed-in person may know. */
export const systemAbout = z.strictObject({
  version: z.string(),
  model: z.strictObject({ id: z.string(), label: z.string(), isOffline: z.boolean() }),
  capabilities: z.array(capability),
  limits: z.strictObject({
    fileBytes: z.number().int(),
    workspaceBytes: z.number().int(),
    /** Text attachments below this size are put into the prompt. */
    inlineTextBytes: z.number().int(),
    messageCharacters: z.number().int(),
    /** A model that sends nothing for so long is given up. */
    modelStallSeconds: z.number(),
  }),
});
export type SystemAbout = z.infer<typeof systemAbout>;
