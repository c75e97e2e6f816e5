/** Amounts of money. What has no known price is said to be unpriced and never counted as nothing. */
const DOLLARS = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const CENTS = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 4,
});

const NANO = 1_000_000_000;

/** `nanoUsd`: in billionths of a US dollar. */
function dollars(nanoUsd: number): string {
  const amount = nanoUsd / NANO;
  return (Math.abs(amount) < 1 && amount !== 0 ? CENTS : DOLLARS).format(amount);
}

/** What was spent, as far as it is known. */
export function spent({ nanoUsd, unpriced }: { nanoUsd: number; unpriced: string[] }): string {
  if (unpriced.length === 0) return dollars(nanoUsd);
  const models = `unpriced: ${unpriced.join(', ')}`;
  return nanoUsd === 0 ? models : `${dollars(nanoUsd)} and ${models}`;
}

export const count = (number: number): string => number.toLocaleString('en-US');

/** Such as `1 call` and `2 calls`. */
export const counted = (number: number, noun: string): string =>
  `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
