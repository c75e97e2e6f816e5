/** A longer line is cut all the same. */
const LONGEST_LINE = 4096;

/**
 * At most so many characters of the end of a text, from the start of a line where one is near: of the
 * second half of a secret nobody knows that it is one.
 */
export function lastPart(text: string, most: number): string {
  if (text.length <= most) return text;
  const part = text.slice(-most);
  const line = part.slice(0, LONGEST_LINE).indexOf('\n');
  return part.slice(line + 1);
}
