import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTestSandbox } from './open-test-sandbox.ts';

/** Words that mean something to a shell, to options or to bubblewrap's own reading, among all others. */
const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0')),
  fc.constantFrom(
    '--',
    '-c',
    '--bind',
    '$(id)',
    '`id`',
    ';',
    '|',
    '&',
    '>',
    '\n',
    '*',
    '~',
    '\\',
    '"',
    "'",
    '$@',
    '!!',
    '',
  ),
);
/** What UTF-8 has no bytes for would not come back as it was. */
const asSent = (text: string) => Buffer.from(text).toString();

test('whatever the arguments are, the command gets them as they are', async () => {
  await using f = await openTestSandbox();
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 12 }), async (words) => {
      const { stdout } = await f.run(['/usr/bin/printf', '%s\\0', ...words]);
      expect(stdout.split('\0').slice(0, -1)).toEqual(words.map(asSent));
    }),
    { numRuns: 40 },
  );
});

test('whatever a variable holds, the command gets it as it is', async () => {
  await using f = await openTestSandbox();
  await fc.assert(
    fc.asyncProperty(word, async (value) => {
      const { stdout } = await f.run(['/usr/bin/printenv', '--null', 'VALUE'], { env: { VALUE: value } });
      expect(stdout).toBe(`${asSent(value)}\0`);
    }),
    { numRuns: 20 },
  );
});
