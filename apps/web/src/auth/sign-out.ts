import { client } from '../api.ts';
import { showError } from '../shell/show-error.ts';

/** Ends the sign-in of this browser. Drafts stay; everything that was read is forgotten. */
export async function signOut(): Promise<void> {
  try {
    await client.signOut();
  } catch (error) {
    showError(error);
  }
}
