/** The other end of `Child`: for the processes that the benchmark starts. */
export function say(message: { readonly type: string } & Record<string, unknown>): void {
  process.send?.(message);
}

export function onMessage(listener: (message: unknown) => Promise<void> | void): void {
  process.on('message', (message) => {
    Promise.resolve(listener(message)).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  // Whoever started us is gone.
  process.on('disconnect', () => process.exit(0));
  // In order, so that a processor profile is written.
  process.on('SIGTERM', () => process.exit(0));
}
