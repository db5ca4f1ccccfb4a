/** What makes a shell do something that its words do not say: substitutions, groups, redirections, escapes, comments. */
const opaque = /[$`\\(){}<>#]/;
const separator = /[;&|\n]/;

/**
 * The commands of a command line, blanks between words made one; null when nobody can say without being the shell. It
 * errs on that side: a quoted first word is not said either, since no rule would know it again.
 */
export function commandsOf(line: string): readonly string[] | null {
  const commands: string[] = [];
  let current = '';
  let quote: string | null = null;
  for (const character of line) {
    if (quote === null && separator.test(character)) {
      commands.push(current);
      current = '';
      continue;
    }
    // Between single quotes everything is as it stands; between double ones the shell goes on reading.
    if (quote !== "'" && opaque.test(character)) return null;
    if (quote === null && /["']/.test(character)) {
      if (!current.trimStart().includes(' ')) return null;
      quote = character;
    } else if (character === quote) {
      quote = null;
    }
    const isBlank = quote === null && /[ \t]/.test(character);
    if (!isBlank) current += character;
    else if (!current.endsWith(' ')) current += ' ';
  }
  if (quote !== null) return null;
  const said = [...commands, current].map((command) => command.trim()).filter((command) => command !== '');
  return said.length === 0 ? null : said;
}
