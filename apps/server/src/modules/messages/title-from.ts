const maxLength = 60;

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
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a title must not hold
  const plain = line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').replace(/\s+/g, ' ');
  const characters = [...plain];
  if (characters.length <= maxLength) return plain;
  const cut = characters.slice(0, maxLength).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > maxLength / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
