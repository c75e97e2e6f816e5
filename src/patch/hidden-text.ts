/**
 * Finds text that looks different from what it is: bidirectional controls, invisible characters, and
 * identifiers with look-alike letters of other scripts (CVE-2021-42574, CVE-2021-42694).
 */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { BIDI, INVISIBLE } from '../core/text/unseen-characters.ts';
import { addedLines } from './added-lines.ts';
import { isCode } from './test-files.ts';

/** Most files have nothing but these, and need no further check. */
const UNUSUAL = /[^\p{ASCII}]|[\b\r]/u;
/** What ends a line for a language or a terminal and not for git, and what takes a character back. */
const OVERWRITES = /[\b\u2028\u2029]|\r./;
const WORD = /[\p{L}\p{N}_]+/gu;
const LATIN = /\p{Script=Latin}/u;
/** Scripts with letters that look like Latin ones. */
const LOOKALIKE_SCRIPT =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
const OF_LOOKALIKE_SCRIPT = new RegExp(LOOKALIKE_SCRIPT, 'gu');
const GREEK = /\p{Script=Greek}/u;
/** Their letters that do, as far as these scripts have others. */
const LOOKALIKES =
  /^[аеорсухіјѕһԁԛԝӏкѵАВЕЗІЈКМНОРСТУХЅҮονϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧ\p{Script=Armenian}\p{Script=Cherokee}]+$/u;
/** Greek letters that are told from Latin ones where they stand alone, as in formulas. */
const IN_LONG_WORDS = /[αγικρυ]/gu;
const LONG_WORD = 6;
/** A word made only of such letters, such as `асе` in Cyrillic. */
const LOOKALIKE_WORD = /^[аеорсухіјѕһԁԛԝοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u;

/** Files of prose, which may be in any script: only code is checked for look-alike letters. */
const PROSE = /\.(md|mdx|markdown|rst|txt|adoc|po|xliff|arb|ftl|resx|strings|properties)$/i;
const TRANSLATIONS = /(^|\/)(locales?|i18n|l10n|lang|languages|translations?|messages)\//i;

const isProse = (path: string): boolean =>
  PROSE.test(path) || (TRANSLATIONS.test(path) && !isCode(path));

/** What some scripts can't be written without: joiners between their letters, marks of direction beside them. */
const RIGHT_TO_LEFT = '[\\p{Script=Hebrew}\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Thaana}]';
const JOINING =
  '[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}]';
const NEEDED = new RegExp(
  [
    String.raw`(?<=${JOINING})[\u200c\u200d](?=${JOINING})`,
    String.raw`(?<=${RIGHT_TO_LEFT})[\u200e\u200f]|[\u200e\u200f](?=${RIGHT_TO_LEFT})`,
  ].join('|'),
  'gu',
);

/** @foreign */
export function inspectHiddenText(entry: TreeEntry): Finding[] {
  const { path } = entry;
  if (!UNUSUAL.test(entry.text.after ?? '')) return [];
  const lines = addedLines(entry);
  const hidden = lines.find(({ text }) => {
    const seen = text.replace(NEEDED, '');
    return BIDI.test(seen) || INVISIBLE.test(seen) || (isCode(path) && OVERWRITES.test(text));
  });
  const whole = once(() => isOfScript(entry.text.after ?? ''));
  const mixed = isProse(path) ? undefined : lines.find(({ text }) => hasLookalikes(text, whole));
  return [
    ...(hidden
      ? [
          finding(
            'hidden-text',
            path,
            `Line ${hidden.number} has characters that are not shown or turn the reading direction.`,
          ),
        ]
      : []),
    ...(mixed
      ? [
          finding(
            'homoglyph',
            path,
            `Line ${mixed.number} has letters of another script that look like Latin ones.`,
          ),
        ]
      : []),
  ];
}

/**
 * Whether letters of another script in a path look like Latin ones: it is taken for the path of another
 * file. Names of prose are in any script, as is what they name.
 */
export const isTakenForAnother = (path: string): boolean =>
  UNUSUAL.test(path) && !isProse(path) && hasLookalikes(path, () => false);

/** Letters that are drawn otherwise and read as the same; Python takes them for the same. */
const STYLED = /[\uff21-\uff3a\uff41-\uff5a\u{1d400}-\u{1d7ff}]/u;

function hasLookalikes(line: string, isTextOfScript: () => boolean): boolean {
  const words = line.match(WORD) ?? [];
  const foreign = words.filter(word => LOOKALIKE_SCRIPT.test(word));
  // A short word of a sentence in that script is none of ours.
  const isSentence = foreign.some(word => !LATIN.test(word) && !LOOKALIKE_WORD.test(word));
  return (
    words.some(word => STYLED.test(word) && /[A-Za-z]/.test(word)) ||
    foreign.some(isMixed) ||
    (!isSentence && hasLookalikeWord(line, foreign, isTextOfScript))
  );
}

/** Whether a word is made of look-alike letters, and is no text in a file that has more in that script. */
function hasLookalikeWord(line: string, foreign: string[], isTextOfScript: () => boolean): boolean {
  const words = foreign.filter(word => LOOKALIKE_WORD.test(word));
  if (words.length === 0) return false;
  if (!isTextOfScript()) return true;
  const quoted = new Set(line.match(QUOTED)?.map(each => each.replace(/[^\p{L}]+/gu, '')));
  return !words.every(word => quoted.has(word));
}

/** A word alone in quotes, or as a key. */
const QUOTED = /["'`>]\p{L}{1,50}["'`<]|(?<![\p{L}\p{N}_.])\p{L}{1,50} ?:/gu;

/** Whether a file has words that can only be of another script, as alphabets and lists of translations do. */
function isOfScript(text: string): boolean {
  let count = 0;
  for (const [word] of text.matchAll(WORD)) {
    if (LOOKALIKE_SCRIPT.test(word) && !LATIN.test(word) && !LOOKALIKE_WORD.test(word)) count += 1;
    if (count >= 3) return true;
  }
  return false;
}

function once(ask: () => boolean): () => boolean {
  let known: boolean | undefined;
  return () => {
    known ??= ask();
    return known;
  };
}

/** Whether letters of another script stand among Latin ones and look like them; `ν_max` is a formula. */
function isMixed(word: string): boolean {
  const parts = GREEK.test(word) ? word.split(/[_\d]+/) : [word];
  return parts.some(part => {
    const like = part.length >= LONG_WORD ? part.replace(IN_LONG_WORDS, 'ο') : part;
    const others = like.match(OF_LOOKALIKE_SCRIPT)?.join('') ?? '';
    return LATIN.test(part) && LOOKALIKES.test(others);
  });
}
