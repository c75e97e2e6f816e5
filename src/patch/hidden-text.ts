/**
 * Finds text that looks different from what it is: bidirectional controls, invisible characters, and
 * identifiers with look-alike letters of other scripts (CVE-2021-42574, CVE-2021-42694).
 */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { BIDI, INVISIBLE } from '../core/unseen-characters.ts';
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
/** A word made only of such letters, such as `асе` in Cyrillic. */
const LOOKALIKE_WORD = /^[аеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u;

/** Files of prose, which may be in any script: only code is checked for look-alike letters. */
const PROSE = /\.(md|mdx|markdown|rst|txt|adoc|po|xliff|arb)$/i;

/** @foreign */
export function inspectHiddenText(entry: TreeEntry): Finding[] {
  const { path } = entry;
  if (!UNUSUAL.test(entry.text.after ?? '')) return [];
  const lines = addedLines(entry);
  const hidden = lines.find(
    ({ text }) =>
      BIDI.test(text) || INVISIBLE.test(text) || (isCode(path) && OVERWRITES.test(text)),
  );
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

/** Letters that are drawn otherwise and read as the same; Python takes them for the same. */
const STYLED = /[\uff21-\uff3a\uff41-\uff5a\u{1d400}-\u{1d7ff}]/u;

const hasLookalikes = (word: string): boolean =>
  (STYLED.test(word) && /[A-Za-z]/.test(word)) ||
  (LOOKALIKE_SCRIPT.test(word) && (LATIN.test(word) || LOOKALIKE_WORD.test(word)));
