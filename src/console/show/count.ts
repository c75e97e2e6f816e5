/** Numbers as people read them. */
export const count = (number: number): string => number.toLocaleString('en-US');

/** Such as `1 call` and `2 calls`. */
export const counted = (number: number, noun: string): string =>
  `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
