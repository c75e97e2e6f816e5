/** Text from outside, made plain for a terminal or a page. */

/** What steers a terminal or hides text in it. */
export const STEERING = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** A line of a text from outside, with its indentation. @foreign */
export const visible = (line: string): string => line.replaceAll(STEERING, ' ').trimEnd();

/** Text from outside on one line, cut where it is longer than `most`. @foreign */
export function plain(text: string, most = 120): string {
  const shown = [...text.replaceAll(STEERING, ' ').trim()];
  return shown.length > most ? `${shown.slice(0, most - 1).join('')}…` : shown.join('');
}
