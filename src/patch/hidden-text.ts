/**
 * Text that reads otherwise than it is: bidirectional controls and characters that are not shown, and
 * identifiers that mix look-alike letters of several scripts (CVE-2021-42574, CVE-2021-42694).
 */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { addedLines } from './added.ts';

const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Zero-width and other unseen characters; a joiner inside an emoji and a leading BOM are usual. */
const UNSEEN =
  /(?<!\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})\u200d|[\u00ad\u180e\u200b\u200c\u2060-\u2064\u{e0000}-\u{e007f}]|(?<!^)\ufeff/u;
/** All of these are beyond ASCII, which most files are not. */
const UNUSUAL = /[^\p{ASCII}]/u;
const WORD = /[\p{L}\p{N}_]+/gu;
const LATIN = /\p{Script=Latin}/u;
/** Scripts with letters that look like Latin ones. */
const ALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
/** Words of nothing but such letters: `асе` in Cyrillic. */
const LOOKALIKE = /^[аеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u;

/** Prose may be in any script and direction; only what runs is looked at for look-alikes. */
const PROSE = /\.(md|mdx|markdown|rst|txt|adoc|po|xliff|arb)$/i;

export function inspectHiddenText(entry: TreeEntry): Finding[] {
  const { path } = entry;
  if (!UNUSUAL.test(entry.text.after ?? '')) return [];
  const lines = addedLines(entry);
  const hidden = lines.find(({ text }) => BIDI.test(text) || UNSEEN.test(text));
  const mixed = PROSE.test(path)
    ? undefined
    : lines.find(({ text }) => (text.match(WORD) ?? []).some(isAlike));
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

const isAlike = (word: string): boolean =>
  ALIKE.test(word) && (LATIN.test(word) || LOOKALIKE.test(word));
