import { ValueStore } from '../platform/value-store.ts';

/** The address that was typed on one of these pages, for the next: nobody types it twice. */
export const typedEmail = new ValueStore('');
