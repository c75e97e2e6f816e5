/**
 * Text of a change as people may read it: each character that is not seen, or that turns the reading
 * direction, stands between two marks by its number. Whoever shows the text sets what is between the
 * marks apart; the marks themselves are characters that the text can't have any more.
 */
import { BIDI, INVISIBLE } from './unseen-characters.ts';

export const MARKS = { begin: '\u{e000}', end: '\u{e001}' } as const;

const CONTROL = String.raw`[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ue000\ue001]|\r(?!\n|$)`;
const HIDDEN = new RegExp(`${BIDI.source}|${INVISIBLE.source}|${CONTROL}`, 'gu');
/** Whatever of it may be in a text is in this. */
const MAY_HIDE = /[^\t\n\x20-\x7e]/;

/** @foreign */
export function shownText(text: string): string {
  if (!MAY_HIDE.test(text)) return text;
  return text.replace(HIDDEN, character => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `${MARKS.begin}U+${code}${MARKS.end}`;
  });
}
