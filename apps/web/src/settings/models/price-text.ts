import { modelPrice } from '@atelier/contracts/models';

const decimals = 6;
const perDollar = 10 ** decimals;

/**
 * Dollars as they are typed, with a point or a comma, in micro-dollars: by their digits, so that no cent is lost to
 * fractions. Null: nothing is typed. Undefined: this is no price.
 */
export function microDollars(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  const match = /^(\d{1,7})(?:[.,](\d{1,6}))?$/.exec(typed);
  if (!match) return undefined;
  const [, whole = '', fraction = ''] = match;
  const price = Number(whole) * perDollar + Number(fraction.padEnd(decimals, '0'));
  return modelPrice.shape.input.safeParse(price).success ? price : undefined;
}

/** As it would be typed: "0.15", "3". */
export function dollarText(price: number | null): string {
  if (price === null) return '';
  const whole = Math.floor(price / perDollar);
  const fraction = String(price % perDollar)
    .padStart(decimals, '0')
    .replace(/(?<!0)0+$/, '');
  return fraction === '' ? String(whole) : `${whole}.${fraction}`;
}
