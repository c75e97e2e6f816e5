/**
 * Lines without the mark that each of them begins with: that of a quotation, a comment, a table, a list
 * of numbered lines or a dump of bytes.
 */
import { piecedFrom } from './pieced-text.ts';
import type { SeenText } from './seen-text.ts';

/** Where each line begins and ends, without its mark. */
export type LinePlaces = { starts: Int32Array; ends: Int32Array };

type UnmarkedLines = {
  lines: LinePlaces;
  /** All lines, joined; `null`: none has a mark. */
  joined: SeenText | null;
  /** Words that are joined over a mark, apart from one another, where they may be more than words. */
  words: SeenText | null;
};

const SIGN = String.raw`[>|│┃#*;%]{1,6}|\/{2,4}|-{2}|<!--`;
const NUMBER = String.raw`\d{1,6}(?:[:|│→]|[.)](?=[ \t])|\t(?![0-9a-f]{1,8}\t))|[0-9a-f]{6,16}(?::|[ \t])`;
const MARK = new RegExp(`[+-]?(?:(?:${SIGN}|${NUMBER})[ \t]*){1,4}`, 'iy');
/** What a mark begins with. */
const BEGINS = new Set([...'+->|│┃#*;%/<0123456789abcdefABCDEF'].map(each => each.charCodeAt(0)));
/** A number of a list may look so, too. */
const IS_ITEM = /\d[:|]$/;
/** A line may be closed as it was begun. */
const CLOSES = new Set([...' \t|│┃'].map(each => each.charCodeAt(0)));

/** Characters of a word that are read on either side of a mark. */
const LONGEST_PART = 4_096;
/** What two words of a language that are joined do not have. */
const NO_WORD = /\d|[a-z][A-Z]|_|[-/+.:]\w|[A-Z]{4}/;
/** A code or the body of a token, or an address. */
const IS_LONG = /[A-Za-z0-9+/_-]{11,}|:\/\//;
const BETWEEN = '\n';

/** What is taken out at a fold. */
type Cut = { fold: number; from: number; to: number };

/** Of a text whose lines are joined where they were folded. */
export function unmarkedLines(seen: SeenText): UnmarkedLines {
  const { text, folds } = seen;
  const starts = new Int32Array(folds.length + 1);
  const ends = new Int32Array(folds.length + 1);
  const cuts: Cut[] = [];
  let begin = 0;
  for (let at = 0; at < folds.length; at += 1) {
    const fold = folds[at] ?? 0;
    let end = fold;
    while (end > begin && CLOSES.has(text.charCodeAt(end - 1))) end -= 1;
    begin = endOfMark(text, fold, folds[at + 1] ?? text.length);
    ends[at] = end;
    starts[at + 1] = begin;
    if (begin === end) continue;
    if (IS_ITEM.test(text.slice(Math.max(fold, begin - 2), begin))) starts[at + 1] = fold;
    cuts.push({ fold: at, from: end, to: begin });
  }
  ends[folds.length] = text.length;
  const lines = { starts, ends };
  if (cuts.length === 0) return { lines, joined: null, words: null };
  const { joined, joints } = joinedWithout(cuts, seen);
  return { lines, joined, words: wordsAt(joints, joined) };
}

/** The places at which something was taken out are in order. */
function joinedWithout(cuts: readonly Cut[], seen: SeenText) {
  const { text, folds } = seen;
  const joined = piecedFrom(seen);
  const joints: number[] = [];
  let from = 0;
  let next = 0;
  const foldUpTo = (fold: number) => {
    for (; next < fold; next += 1) joined.fold((folds[next] ?? 0) - from);
  };
  for (const cut of cuts) {
    foldUpTo(cut.fold);
    joined.add(from, cut.from);
    joined.fold(0);
    joints.push(joined.length());
    next = cut.fold + 1;
    from = cut.to;
  }
  foldUpTo(folds.length);
  joined.add(from, text.length);
  return { joined: joined.done(), joints };
}

/** Where the mark ends that begins at this place; this place where there is none. */
function endOfMark(text: string, at: number, next: number): number {
  if (!BEGINS.has(text.charCodeAt(at))) return at;
  MARK.lastIndex = at;
  return MARK.test(text) ? Math.min(MARK.lastIndex, next) : at;
}

const BLANK = /\s/g;

function wordsAt(joints: readonly number[], joined: SeenText): SeenText | null {
  const { text, nextFold } = joined;
  const words = piecedFrom(joined);
  let read = 0;
  for (const joint of joints) {
    if (joint < read) continue;
    let start = joint;
    const least = Math.max(read, joint - LONGEST_PART);
    while (start > least && !/\s/.test(text[start - 1] ?? '')) start -= 1;
    BLANK.lastIndex = joint;
    read = Math.min(BLANK.exec(text)?.index ?? text.length, joint + LONGEST_PART);
    const word = text.slice(start, read);
    if (!IS_LONG.test(word) || !NO_WORD.test(word)) continue;
    for (let fold = nextFold(start + 1); fold < read; fold = nextFold(fold + 1))
      words.fold(fold - start);
    words.add(start, read);
    words.put(BETWEEN);
  }
  return words.length() > 0 ? words.done() : null;
}
