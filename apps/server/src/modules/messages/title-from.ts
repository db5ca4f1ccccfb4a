const maxLength = 60;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a title must not hold
const control = /[\u0000-\u001f\u007f-\u009f]+/g;
/** Marks that turn the text around them. */
const turning = /[\u202a-\u202e\u2066-\u2069]+/g;

/** A session's title from its first message: the first line with words in it, cut at a word. */
export function titleFrom(text: string): string {
  const line =
    text
      .split('\n')
      .map((candidate) =>
        candidate
          .replace(/^[#>*\-\s]+/, '')
          .replaceAll('`', '')
          .trim(),
      )
      .find((candidate) => /[\p{L}\p{N}]/u.test(candidate)) ?? '';
  const plain = line.replace(control, ' ').replace(turning, '').replace(/\s+/g, ' ').toWellFormed();
  const characters = [...plain];
  if (characters.length <= maxLength) return plain;
  const cut = characters.slice(0, maxLength).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > maxLength / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
