/** So much of the end may be dropped besides; a longer word is cut all the same. */
const LONGEST_WORD = 4096;
/** What a secret, or a code of one, is written in. */
const CODE = /[\w+/=%\\.:~-]/;

/**
 * At most so many characters of the beginning of a text, without the word in which it would be cut: of
 * the first half of a secret nobody knows that it is one. What is cut before secrets are taken out of it
 * is cut here.
 */
export function firstPart(text: string, most: number): string {
  if (text.length <= most) return text;
  if (!CODE.test(text[most] ?? '')) return text.slice(0, most);
  let end = most;
  while (end > 0 && most - end < LONGEST_WORD && CODE.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}
