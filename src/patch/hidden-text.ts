/**
 * Finds text that looks different from what it is: bidirectional controls, invisible characters, and
 * identifiers with look-alike letters of other scripts (CVE-2021-42574, CVE-2021-42694).
 */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { BIDI, INVISIBLE } from '../core/unseen-characters.ts';
import { addedLines } from './added-lines.ts';

/** All of these characters are outside ASCII, so most files need no further check. */
const NON_ASCII = /[^\p{ASCII}]/u;
const WORD = /[\p{L}\p{N}_]+/gu;
const LATIN = /\p{Script=Latin}/u;
/** Scripts with letters that look like Latin ones. */
const LOOKALIKE_SCRIPT =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
/** A word made only of such letters, such as `асе` in Cyrillic. */
const LOOKALIKE_WORD = /^[аеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u;

/** Files of prose, which may be in any script: only code is checked for look-alike letters. */
const PROSE = /\.(md|mdx|markdown|rst|txt|adoc|po|xliff|arb)$/i;

/** @foreign */
export function inspectHiddenText(entry: TreeEntry): Finding[] {
  const { path } = entry;
  if (!NON_ASCII.test(entry.text.after ?? '')) return [];
  const lines = addedLines(entry);
  const hidden = lines.find(({ text }) => BIDI.test(text) || INVISIBLE.test(text));
  const mixed = PROSE.test(path)
    ? undefined
    : lines.find(({ text }) => (text.match(WORD) ?? []).some(hasLookalikes));
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

const hasLookalikes = (word: string): boolean =>
  LOOKALIKE_SCRIPT.test(word) && (LATIN.test(word) || LOOKALIKE_WORD.test(word));
