import type { SignInResult } from '@atelier/client';
import { ValueStore } from '../platform/value-store.ts';

type Pending = Exclude<SignInResult, { status: 'signed_in' }>;

/** What the server still wants to see after a right password. After a provider it is in a cookie, and this is null. */
export const pendingSecondFactor = new ValueStore<Pending | null>(null);
