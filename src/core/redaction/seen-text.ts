/**
 * A text without what removes itself where programs and people read it: invisible characters, escape
 * codes of terminals, tags and marks that show nothing, and the line breaks by which a long word is
 * folded. An escape stands for the character that it means. What is found in the text that is left can
 * be taken out of the original.
 */
import { createIntegers } from './integers.ts';
import { lastUpTo } from './last-up-to.ts';

export type SeenText = {
  text: string;
  /** Where what stands from one place to another stands in the original. */
  placeOf(start: number, end: number): { start: number; end: number };
  /** Whether something was taken out right before this place. */
  isCut(at: number): boolean;
  /** The places at which a fold was taken out. */
  folds: ArrayLike<number>;
  /** The first of them from here on; the end of the text where there is none. */
  nextFold(from: number): number;
};

const BREAK = String.raw`(?:[\r\n\u2028\u2029]|\\{1,2}[nr]|\\u000[ad])`;
/** A line's end with the mark that some formats put before it, empty lines, and the indentation of the next. */
const FOLD = String.raw`(?:\\\\(?=${BREAK})|\\(?=[\r\n])|=(?=${BREAK}))?${BREAK}(?:[ \t]|\\t|${BREAK})*`;
const HIDDEN = String.raw`[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\p{Default_Ignorable_Code_Point}\p{Cf}]+`;
/** A character by its number; JSON within JSON has more of the backslashes. */
const BY_NUMBER = String.raw`\\{1,4}(?:u[0-9a-f]{4}|u\{[0-9a-f]{1,6}\}|x[0-9a-f]{2}|[01]?[0-7]{2})`;
/** What Markdown escapes, within a text of JSON as well. */
const BY_MARKDOWN = String.raw`\\{1,4}[_*.~+=#!|<>()\[\]{}\-]`;
const ESCAPED = String.raw`${BY_NUMBER}|${BY_MARKDOWN}|\\["\\\/bft]`;
const ESC = String.raw`(?:\x1b|\\{1,4}u001b)`;
/** None holds a quote, so that a text of JSON stays one when it is taken out. */
const SEQUENCE = [
  String.raw`(?:${ESC}\[|\x9b|\\u009b)[0-?]*[ !#-\/]*[@-~]?`,
  String.raw`(?:${ESC}[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c"\\]*(?:\x07|\\u0007|\x9c|${ESC}\\{1,2})?`,
  String.raw`${ESC}[ !#-\/]*[0-\[\]-~]?`,
].join('|');

/** A character as it is written in a URL or in a URL within one (`%2567`), or by its number in HTML. */
const BY_CODE = '%(?:25){0,3}[0-9a-f]{2}|&#(?:[0-9]{1,7}|x[0-9a-f]{1,6});';
/** An invisible character by its name, a letter of another width or style. */
const BY_NAME =
  '&(?:shy|zwn?j|[lr]rm|lowbar|UnderBar|ZeroWidthSpace|NoBreak|NegativeVeryThinSpace);';
const STYLED = String.raw`[\uff01-\uff5e]+|[\u{1d400}-\u{1d7ff}]`;
const REFERENCE = `${BY_CODE}|${BY_NAME}|${STYLED}`;
/** Marks of HTML and Markdown of which nothing is shown. None holds a quote. */
const MARK = String.raw`<!--[^"\\<>]{0,60}-->|<\/?[a-z][a-z0-9]{0,9}(?: [^"\\<>]{0,40})?\/?>|\[\]\([^"\\()\s]{0,60}\)|\*{2,3}`;

const CUTS = {
  characters: new RegExp(`(${FOLD})|${HIDDEN}|${ESCAPED}`, 'giu'),
  references: new RegExp(`(${FOLD}|${MARK})|${HIDDEN}|${ESCAPED}|${REFERENCE}`, 'giu'),
  sequences: new RegExp(`${SEQUENCE}|(${FOLD})|${HIDDEN}|${ESCAPED}`, 'giu'),
  diff: new RegExp(`(${FOLD}[+-]?)|${HIDDEN}|${ESCAPED}`, 'giu'),
};
/** A line of a diff that may go on in the next one. */
const MAY_DIFFER = /[\w+/=.-](?:\n|\\n)[+-][\w/=]/;
/** What may begin an escape code. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that begin one
const MAY_STEER = /[\x1b\x80-\x9f]|\\u00[189]/;
const NUMBERED = new RegExp(`^${BY_NUMBER}$`, 'iu');
const IN_MARKDOWN = new RegExp(`^${BY_MARKDOWN}$`, 'u');
const IS_CODE = new RegExp(`^(?:${BY_CODE})$`, 'iu');
const IS_STYLED = new RegExp(`^(?:${STYLED})$`, 'u');
const MAY_REFER = new RegExp(`${REFERENCE}|${MARK}`, 'iu');
const IS_HIDDEN = new RegExp(`^${HIDDEN}$`, 'u');

const asItIs = (text: string): SeenText => ({
  text,
  placeOf: (start, end) => ({ start, end }),
  isCut: () => false,
  folds: [],
  nextFold: () => text.length,
});

/** Without invisible characters and folds. Of an escape code only the first character is invisible. */
export const withoutHidden = (original: string): SeenText => cut(original, CUTS.characters);

/**
 * Where an escape code may hide what is there, it is kept in one text and taken out in another; so is
 * the mark before a line of a diff. @foreign
 */
export const seenTexts = (text: string): SeenText[] => [
  withoutHidden(text),
  ...(MAY_STEER.test(text) ? [cut(text, CUTS.sequences)] : []),
  ...(MAY_DIFFER.test(text) ? [cut(text, CUTS.diff)] : []),
];

/** As it is, and with the characters that are written by their numbers. @foreign */
export const writtenTexts = (text: string): SeenText[] => [
  asItIs(text),
  ...(MAY_REFER.test(text) ? [cut(text, CUTS.references)] : []),
];

function cut(original: string, pattern: RegExp): SeenText {
  let text = '';
  let read = 0;
  // Parts of the text: where each begins in it and in the original; how wide those are there that are an escape.
  const parts = { begins: createIntegers(), origins: createIntegers() };
  const widths = new Map<number, number>();
  /** Where something else than a fold was taken out. */
  const cutAt = createIntegers();
  const foldedAt = createIntegers();
  const begin = (origin: number) => {
    parts.begins.push(text.length);
    parts.origins.push(origin);
  };
  begin(0);
  for (const { index, 0: found, 1: fold } of original.matchAll(pattern)) {
    if (index > read) text += original.slice(read, index);
    read = index + found.length;
    const meant = fold === undefined ? meaningOf(found) : '';
    if (meant === '') {
      const places = fold === undefined ? cutAt : foldedAt;
      if (places.last() !== text.length) places.push(text.length);
    } else if (meant.length === found.length) {
      // Each character stands where the one was that means it.
      text += meant;
      continue;
    } else {
      widths.set(parts.begins.length(), found.length);
      begin(index);
      text += meant;
    }
    begin(read);
  }
  text += original.slice(read);
  const [begins, origins] = [parts.begins.all(), parts.origins.all()];
  const [cuts, folds] = [cutAt.all(), foldedAt.all()];
  const startOf = (at: number): number => {
    const index = lastUpTo(at, begins);
    return (origins[index] ?? 0) + (widths.has(index) ? 0 : at - (begins[index] ?? 0));
  };
  const endOf = (at: number): number => {
    const index = lastUpTo(at, begins);
    return (origins[index] ?? 0) + (widths.get(index) ?? at - (begins[index] ?? 0) + 1);
  };
  return {
    text,
    isCut: at => [cuts, folds].some(places => places[lastUpTo(at, places)] === at),
    folds,
    nextFold: from => folds[lastUpTo(from - 1, folds) + 1] ?? text.length,
    placeOf: (start, end) => ({ start: startOf(start), end: endOf(end - 1) }),
  };
}

/** What takes the place of what was found: nothing, or the visible character that an escape means. */
function meaningOf(found: string): string {
  if (IS_CODE.test(found)) return visible(codeOf(found));
  if (IS_STYLED.test(found)) return found.normalize('NFKC');
  if (/^&(?:lowbar|UnderBar);$/i.test(found)) return '_';
  if (found[0] !== '\\') return '';
  if (NUMBERED.test(found)) return visible(numberIn(found));
  if (IN_MARKDOWN.test(found)) return found.slice(-1);
  // An escape code, with what steers.
  if (found.length > 2) return '';
  switch (found[1]) {
    case 't':
      return '\t';
    case 'b':
    case 'f':
      return '';
    default:
      return found.slice(1);
  }
}

const visible = (code: number): string => {
  const character = code > 0x10ffff ? '' : String.fromCodePoint(code);
  return IS_HIDDEN.test(character) ? '' : character;
};

/** `\u0067`, `\u{67}`, `\x67` and `\147` are the same character. */
function numberIn(escaped: string): number {
  const digits = escaped.replace(/^\\+[ux]?\{?/i, '').replace('}', '');
  return Number.parseInt(digits, /^\\+[ux]/i.test(escaped) ? 16 : 8);
}

/** `%67`, `%2567`, `&#103;` and `&#x67;` are the same character. */
const codeOf = (reference: string): number =>
  reference[0] === '%'
    ? Number.parseInt(reference.slice(-2), 16)
    : reference[2]?.toLowerCase() === 'x'
      ? Number.parseInt(reference.slice(3), 16)
      : Number.parseInt(reference.slice(2), 10);
