import type { Sandbox } from './ports.ts';

/** Runs nothing, and says why. */
export function unprovenSandbox({ reason, remedy }: { readonly reason: string; readonly remedy: string }): Sandbox {
  return {
    state: { isProven: false, reason, remedy },
    user: null,
    start: () => {
      throw new Error(`There is no sandbox. ${reason}`);
    },
    prepareWorkspace: async () => undefined,
    close: async () => undefined,
  };
}
