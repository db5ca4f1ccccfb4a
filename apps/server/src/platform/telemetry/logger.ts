import { pino } from 'pino';

/** The part of a logger that the program uses; one JSON line each. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

/**
 * JSON lines on standard output. Fields that can hold a secret are removed by name, wherever they stand; nothing
 * a person typed is logged at all (bodies, prompts and file contents never reach a log).
 */
export function createLogger(level: string, base: object = {}): Logger {
  return pino({
    level,
    base,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError },
    redact: {
      paths: [
        'authorization',
        'cookie',
        'password',
        'token',
        'secret',
        '*.authorization',
        '*.cookie',
        '*.password',
        '*.token',
        '*.secret',
        '*.apiKey',
      ],
      remove: true,
    },
  });
}

/** Name, code and stack, not the message's parameters: database errors carry rows in `detail`. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const cause = error.cause === undefined ? undefined : describeError(error.cause);
  const code = 'code' in error ? String(error.code) : undefined;
  return { name: error.name, code, message: error.message.slice(0, 500), stack: error.stack?.slice(0, 4000), cause };
}
