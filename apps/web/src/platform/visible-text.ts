/**
 * What leaves no mark, or turns the text around it: with one of them a command or a name reads as another than it is. A
 * joiner after a picture is a part of that picture.
 */
const unseen =
  /(?<!\p{Extended_Pictographic}\uFE0F?)\u200D|(?![\n\t\u200D]|\r\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2800\u3164]/gu;

/** A text that somebody decides by, with every sign in it to be seen: `a\u{202E}gpj.exe`. Lines stay lines. */
export function visibleText(text: string): string {
  return text.replace(unseen, (sign) => `\\u{${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}}`);
}

/** JSON for reading: the line ends in its texts are line ends, and a backslash before an `n` is still one. */
export function legibleJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/\\(.)/g, (pair, sign) => (sign === 'n' ? '\n' : pair));
}

/** The lines of a unified patch from its first place on: those before name the file, in one line or in more. */
export function patchLines(patch: string): readonly string[] {
  const lines = patch.trimEnd().split('\n');
  const first = lines.findIndex((line) => line.startsWith('@@'));
  return first === -1 ? [] : lines.slice(first);
}
