/**
 * What a text encodes: in base64 of both alphabets and in hexadecimal digits, at every place at which
 * a code may begin, also in one another, and reversed. Each part of the text is decoded a fixed number
 * of times.
 */
import { piecedFrom } from './pieced-text.ts';
import type { SeenText } from './seen-text.ts';

/** Parts that were decoded are apart as strings of JSON are: no secret goes over a quote. */
const BETWEEN = '"';

type Encoding = {
  /** What each character stands for. */
  digits: Int8Array;
  /** Bits of a character. */
  bits: number;
  /** A unit of the code is so many characters and so many bytes. */
  characters: number;
  bytes: number;
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64: Encoding = {
  digits: digitsOf([`${ALPHABET}+/`, `${ALPHABET}-_`]),
  bits: 6,
  characters: 4,
  bytes: 3,
};
const HEXADECIMAL: Encoding = {
  digits: digitsOf(['0123456789abcdef', '0123456789ABCDEF']),
  bits: 4,
  characters: 2,
  bytes: 1,
};
const ALL = BASE64.digits;
/** Characters of a code. Fewer encode less than a secret of ours. */
const LEAST = 11;
/** Codes, of one line or of several: of base64, in which there may be others. */
const CODES = /[A-Za-z0-9+/_-]{11,}(?:[\r\n]{1,2}[A-Za-z0-9+/_-]+)*/g;
const DIGITS = /[0-9a-f]{16,}/gi;

function digitsOf(alphabets: readonly string[]): Int8Array {
  const digits = new Int8Array(256).fill(-1);
  for (const alphabet of alphabets)
    for (let value = 0; value < alphabet.length; value += 1)
      digits[alphabet.charCodeAt(value)] = value;
  return digits;
}

/** How many times a text may be encoded again: in one code, that in another, and so on. */
const MOST_CODES = 3;

/** What is encoded in a text as it is seen, once or in another code. */
export function decodedTexts(seen: SeenText, times = MOST_CODES): SeenText[] {
  const codes = excerptOf(seen, CODES);
  const digits = codes && excerptOf(codes, DIGITS);
  const decoded = [
    ...(codes ? decodings(codes, BASE64) : []),
    ...(digits ? decodings(digits, HEXADECIMAL) : []),
  ];
  // What is no code decodes to bytes in which there is none.
  const within = times > 1 ? decoded.filter(({ hasCode }) => hasCode) : [];
  return [
    ...decoded.map(({ reading }) => reading),
    ...within.flatMap(({ reading }) => decodedTexts(reading, times - 1)),
  ];
}

/** What is found of a text by a pattern, apart from one another and in one line each; `null`: nothing is. */
function excerptOf(seen: SeenText, pattern: RegExp): SeenText | null {
  const excerpt = piecedFrom(seen);
  for (const { index, 0: found } of seen.text.matchAll(pattern)) {
    let from = index;
    const folds = /[\r\n]/.test(found) ? found.matchAll(/[\r\n]+/g) : [];
    for (const { index: fold, 0: breaks } of folds) {
      excerpt.add(from, index + fold);
      from = index + fold + breaks.length;
    }
    excerpt.add(from, index + found.length);
    excerpt.put(BETWEEN);
  }
  return excerpt.length() > 0 ? excerpt.done() : null;
}

type Decoding = { reading: SeenText; hasCode: boolean };

/** One text for each character of a unit at which a code may begin. */
function decodings(codes: SeenText, encoding: Encoding): Decoding[] {
  const code = Buffer.from(codes.text, 'latin1');
  const { characters, bytes } = encoding;
  return Array.from({ length: characters }, (_, shift) => {
    const { text, hasCode } = decoded(code, shift, encoding);
    const reading = apart(text, (start, end) =>
      codes.placeOf(
        shift + Math.floor((start * characters) / bytes),
        shift + Math.ceil((end * characters) / bytes),
      ),
    );
    return { reading, hasCode };
  });
}

/** A byte of which a character is not part of the code is a quote. */
function decoded(code: Buffer, shift: number, { digits, bits, ...unit }: Encoding) {
  const units = Math.floor((code.length - shift + unit.characters - 1) / unit.characters);
  const result = Buffer.alloc(units * unit.bytes);
  let written = 0;
  let kept = 0;
  let known = 0;
  let isBroken = false;
  let run = 0;
  let hasCode = false;
  for (let at = shift; at < code.length; at += 1) {
    const digit = digits[code[at] ?? 0] ?? -1;
    const isDigit = digit >= 0;
    kept = (kept << bits) | (isDigit ? digit : 0);
    known += bits;
    if (known < 8) {
      isBroken ||= !isDigit;
      continue;
    }
    known -= 8;
    const byte = isBroken || !isDigit ? 0x22 : (kept >> known) & 0xff;
    result[written] = byte;
    written += 1;
    if ((ALL[byte] ?? -1) < 0) run = 0;
    else {
      run += 1;
      if (run === LEAST) hasCode = true;
    }
    kept &= (1 << known) - 1;
    isBroken = known > 0 && !isDigit;
  }
  return { text: result.toString('latin1', 0, written), hasCode };
}

/** The last character first. */
export function reversed({ text, placeOf }: SeenText): SeenText {
  const { length } = text;
  const backwards = Buffer.from(text, 'utf16le').swap16().reverse().toString('utf16le');
  return apart(backwards, (start, end) => placeOf(length - end, length - start));
}

/** A text in which nothing is hidden and no word is folded. */
const apart = (text: string, placeOf: SeenText['placeOf']): SeenText => ({
  text,
  placeOf,
  isCut: () => false,
  folds: [],
  nextFold: () => text.length,
});
