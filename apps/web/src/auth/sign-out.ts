import { client } from '../api.ts';
import { forgetOutbox } from '../conversation/outbox.ts';
import { forgetTranscripts } from '../conversation/transcript-store.ts';
import { showError } from '../shell/show-error.ts';

/** Ends the sign-in of this browser. Drafts stay; everything that was read is forgotten. */
export async function signOut(): Promise<void> {
  try {
    await client.signOut();
    forgetTranscripts();
    forgetOutbox();
  } catch (error) {
    showError(error);
  }
}
