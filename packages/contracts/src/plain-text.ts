import * as z from 'zod';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** Marks that turn the text around them: a name must not make what stands behind it read backwards. */
const turning = /[\u202a-\u202e\u2066-\u2069]/;
/** Anything that leaves a mark: no blank, nothing of no width, nor the empty pattern of Braille. */
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** PostgreSQL keeps neither a NUL nor half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}
export const notStorable = 'This text holds a character that cannot be stored.';

/** One line of text that a person wrote to be shown and read as it stands: there is something to see, and no blanks around it. */
export function plainText(opts: { readonly max: number }) {
  return z
    .string()
    .trim()
    .min(1)
    .max(opts.max)
    .refine((value) => !control.test(value) && !turning.test(value), 'Control characters cannot be used here.')
    .refine(isStorable, notStorable)
    .refine((value) => visible.test(value), 'Write something that can be seen.');
}
