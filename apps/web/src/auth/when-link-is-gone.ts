import { errorOf } from '@atelier/client';

/** Does what a link is for. @returns whether the link was no good any more; every other failure is thrown. */
export async function whenLinkIsGone(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return false;
  } catch (error) {
    if (errorOf(error)?.code === 'auth.link_invalid') return true;
    throw error;
  }
}
