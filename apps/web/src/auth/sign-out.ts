import { client } from '../api.ts';
import { forgetTranscripts } from '../conversation/transcript-store.ts';
import { showError } from '../shell/show-error.ts';

/** Ends the sign-in of this browser. Drafts stay; everything that was read is forgotten. */
export async function signOut(): Promise<void> {
  try {
    await client.signOut();
    forgetTranscripts();
  } catch (error) {
    showError(error);
  }
}
