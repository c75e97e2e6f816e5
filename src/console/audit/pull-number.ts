/** The number of a pull request as people write it: `12` or `#12`; null: it is none. */
export function pullNumber(text: string): number | null {
  const [, digits] = /^#?(\d{1,9})$/.exec(text.trim()) ?? [];
  const number = Number(digits);
  return number > 0 ? number : null;
}
