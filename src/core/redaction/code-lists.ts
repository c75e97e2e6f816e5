/**
 * What a text writes as a list of bytes or of the numbers of characters: in pairs of hexadecimal digits
 * with something between them, as in a dump, or in decimal or octal numbers.
 */
import { createIntegers } from './integers.ts';
import type { LinePlaces } from './marked-lines.ts';
import type { SeenText } from './seen-text.ts';

/** Fewer are no secret of ours. */
const LEAST_BYTES = 8;
/** Characters between two numbers. */
const MOST_BETWEEN = 4;
const LONGEST_NUMBER = 8;
/** The characters that a dump shows beside its bytes. */
const MOST_SHOWN = 20;
const NUMBERS = /^(?:[0-9a-f]{1,3}\s+)*[0-9a-f]{1,3}$/i;

/** What a byte of the text is part of. */
const [OTHER, DIGIT, LETTER, BETWEEN, HYPHEN, QUOTE] = [0, 1, 2, 3, 4, 5] as const;
const KINDS = new Uint8Array(256);
for (const [kind, characters] of [
  [DIGIT, '0123456789abcdefABCDEF'],
  [LETTER, 'ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ_'],
  [BETWEEN, ' \t,:;'],
  [HYPHEN, '-'],
  [QUOTE, `"'`],
] as const)
  for (const each of characters) KINDS[each.charCodeAt(0)] = kind;
const [SPACE, COMMA, ZERO, COLON, BACKSLASH, X] = [0x20, 0x2c, 0x30, 0x3a, 0x5c, 0x78];

/** One text for each base in which what is listed may be bytes. */
export function listedTexts(seen: SeenText, lines: LinePlaces): SeenText[] {
  const numbers = numbersIn(seen.text, lines);
  if (numbers.starts.length() === 0) return [];
  return [16, 10, 8].map(base => bytesOf(numbers, base, seen));
}

/** The numbers of all lists: where each begins, with `0x`, and where it ends, in the bytes of the text. */
type Numbers = ReturnType<typeof createNumbers>;

function createNumbers(code: Buffer) {
  const starts = createIntegers();
  const ends = createIntegers();
  let first = 0;
  let length = 0;
  return {
    code,
    starts,
    ends,
    /** The digits of the list that is read. */
    length: () => length,
    add(start: number, end: number) {
      starts.push(start);
      ends.push(end);
      length += end - start;
    },
    /** The list ends. A short one is none. */
    end() {
      if (length === 0) return;
      const isShort = length < 2 * LEAST_BYTES && starts.length() - first < LEAST_BYTES;
      if (isShort) {
        starts.keep(first);
        ends.keep(first);
      } else {
        // A number without digits is between two lists.
        starts.push(0);
        ends.push(0);
      }
      first = starts.length();
      length = 0;
    },
  };
}

/** What was read since the last number. */
type Between = { characters: number; hyphens: number; quotes: number; commas: number };
const NOTHING: Readonly<Between> = { characters: 0, hyphens: 0, quotes: 0, commas: 0 };

/** Strings are listed with a comma, and not the names of an object: JSON stays JSON without some of them. */
function listGoesOn({ characters, hyphens, quotes, commas }: Between): boolean {
  if (quotes > 0)
    return quotes === 2 && commas === 1 && hyphens === 0 && characters <= MOST_BETWEEN + 2;
  return hyphens > 0 ? characters === 1 : characters <= MOST_BETWEEN;
}

function numbersIn(text: string, { starts, ends }: LinePlaces): Numbers {
  const code = Buffer.from(text, 'latin1');
  const numbers = createNumbers(code);
  const between = { ...NOTHING };
  const readBetween = (at: number): void => {
    const kind = KINDS[code[at] ?? 0];
    if (kind === OTHER) numbers.end();
    between.characters += 1;
    if (kind === HYPHEN) between.hyphens += 1;
    if (kind === QUOTE) between.quotes += 1;
    if (code[at] === COMMA) between.commas += 1;
  };
  /** Reads the word that begins here, in a line that ends at `end`, and returns where to go on. */
  const readWord = (start: number, end: number): number => {
    const first = digitsAt(start, code);
    let at = first;
    while (at < end && KINDS[code[at] ?? 0] === DIGIT) at += 1;
    if (
      (at < end && KINDS[code[at] ?? 0] === LETTER) ||
      at === first ||
      at - first > LONGEST_NUMBER
    ) {
      numbers.end();
      while (at < end && isOfWord(code[at] ?? 0)) at += 1;
      Object.assign(between, NOTHING);
      return at;
    }
    const named = endOfName(start, at, code);
    if (named > at) {
      // What stands before it is between its value and the one before.
      between.quotes -= 1;
      between.characters = 1;
      return named;
    }
    if (!listGoesOn(between)) numbers.end();
    numbers.add(start, at);
    Object.assign(between, NOTHING);
    const isDump = code[at] === SPACE && code[at + 1] === SPACE;
    return isDump && isShown(text.slice(at, end), numbers) ? end : at;
  };
  for (let line = 0; line < starts.length; line += 1) {
    const end = ends[line] ?? 0;
    for (let at = starts[line] ?? 0; at < end; )
      // JSON within JSON has more of them.
      if (code[at] === BACKSLASH) at += 1;
      else if (isOfWord(code[at] ?? 0)) at = readWord(at, end);
      else readBetween(at++);
  }
  numbers.end();
  return numbers;
}

const isOfWord = (character: number): boolean =>
  KINDS[character] === DIGIT || KINDS[character] === LETTER;

/** Where the digits begin of a number that begins here: in C, it has a mark. */
const digitsAt = (start: number, code: Buffer): number =>
  code[start] === ZERO && ((code[start + 1] ?? 0) | SPACE) === X ? start + 2 : start;

/**
 * Where the name of a value ends that is a number, as in an array of bytes that was written as an object.
 * The end of the number where it is none.
 */
function endOfName(start: number, end: number, code: Buffer): number {
  if (KINDS[code[start - 1] ?? 0] !== QUOTE) return end;
  let at = end;
  while (code[at] === BACKSLASH && at < end + MOST_ESCAPES) at += 1;
  if (KINDS[code[at] ?? 0] !== QUOTE) return end;
  const after = code[at + 1] === SPACE ? at + 2 : at + 1;
  return code[after] === COLON ? after + 1 : end;
}
const MOST_ESCAPES = 8;

/** Whether the rest of a line is no part of the list, but shows what the bytes of the line are. */
function isShown(rest: string, numbers: Numbers): boolean {
  if (numbers.length() < LEAST_BYTES || rest.length > 2 * MOST_SHOWN) return false;
  const shown = rest.trim();
  return shown.length <= MOST_SHOWN && !NUMBERS.test(shown);
}

/** Over a quote goes no secret. */
const NO_BYTE = 0x22;

/** The value of a digit, by the number of its character; of what is none, it is too high. */
const DIGITS = new Uint8Array(256).fill(0xff);
for (let value = 0; value < 16; value += 1)
  for (const digit of [value.toString(16), value.toString(16).toUpperCase()])
    DIGITS[digit.charCodeAt(0)] = value;

/** How many digits a byte has at most. */
const WIDTHS: Record<number, number> = { 16: 2, 10: 3, 8: 3 };

function bytesOf(numbers: Numbers, base: number, seen: SeenText) {
  const { code } = numbers;
  const [starts, ends] = [numbers.starts.all(), numbers.ends.all()];
  const width = WIDTHS[base] ?? 0;
  const most = starts.length * (base === 16 ? LONGEST_NUMBER / width : 1);
  const bytes = Buffer.alloc(most);
  const from = new Int32Array(most);
  const to = new Int32Array(most);
  let count = 0;
  const add = (first: number, start: number, end: number) => {
    let byte = 0;
    for (let at = first; at < end; at += 1) {
      const digit = DIGITS[code[at] ?? 0] ?? base;
      byte = digit < base ? byte * base + digit : Number.POSITIVE_INFINITY;
    }
    bytes[count] = byte <= 0xff ? byte : NO_BYTE;
    from[count] = start;
    to[count] = end;
    count += 1;
  };
  for (let at = 0; at < starts.length; at += 1) {
    const start = starts[at] ?? 0;
    const end = ends[at] ?? 0;
    const first = digitsAt(start, code);
    const length = end - first;
    if (length <= 0) {
      bytes[count] = NO_BYTE;
      count += 1;
    } else if (base === 16 && length > width && length % width === 0)
      for (let pair = first; pair < end; pair += width) add(pair, pair, pair + width);
    else add(first, start, end);
  }
  return {
    text: bytes.toString('latin1', 0, count),
    placeOf: (start: number, end: number) => seen.placeOf(from[start] ?? 0, to[end - 1] ?? 0),
    isCut: () => false,
    folds: [],
    nextFold: () => count,
  };
}
