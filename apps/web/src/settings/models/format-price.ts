/**
 * "$0.15", of micro-dollars, whole to the last digit that counts. Apart from reading what is typed, which needs the schemas:
 * what only shows prices loads without them.
 */
export function formatPrice(price: number, language: string): string {
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  }).format(price / 1_000_000);
}
