import * as z from 'zod';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const control = /[\u0000-\u001f\u007f]/;

/** One line of text that a person wrote to be shown: no control characters, no blanks around it. */
export function plainText(opts: { readonly max: number }) {
  return z
    .string()
    .trim()
    .min(1)
    .max(opts.max)
    .refine((value) => !control.test(value), 'Control characters cannot be used here.');
}
