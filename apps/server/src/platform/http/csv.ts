/** One line of CSV (RFC 4180), without its end. */
export function csvLine(values: readonly unknown[]): string {
  return values.map((value) => csvField(String(value ?? ''))).join(',');
}

/** A spreadsheet takes a field that begins with one of these for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
