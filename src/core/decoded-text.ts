/**
 * What a text encodes: in base64 of both alphabets and in hexadecimal digits, at every place at which
 * a code may begin, and reversed. Each part of the text is decoded a fixed number of times.
 */
import { lastUpTo } from './last-up-to.ts';
import type { SeenText } from './seen-text.ts';

/** Parts that were decoded are apart as strings of JSON are: no secret goes over a quote. */
const BETWEEN = '"';

type Encoding = {
  /** Runs of its characters. Shorter ones encode less than a secret of ours. */
  pattern: RegExp;
  /** What each character stands for. */
  digits: Int8Array;
  /** Bits of a character. */
  bits: number;
  /** A unit of the code is so many characters and so many bytes. */
  characters: number;
  bytes: number;
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ENCODINGS: readonly Encoding[] = [
  {
    pattern: /[A-Za-z0-9+/_-]{11,}/g,
    digits: digitsOf([`${ALPHABET}+/`, `${ALPHABET}-_`]),
    bits: 6,
    characters: 4,
    bytes: 3,
  },
  {
    pattern: /[0-9a-f]{16,}/gi,
    digits: digitsOf(['0123456789abcdef', '0123456789ABCDEF']),
    bits: 4,
    characters: 2,
    bytes: 1,
  },
];

function digitsOf(alphabets: readonly string[]): Int8Array {
  const digits = new Int8Array(128).fill(-1);
  for (const alphabet of alphabets)
    for (let value = 0; value < alphabet.length; value += 1)
      digits[alphabet.charCodeAt(value)] = value;
  return digits;
}

/** What is encoded in a text as it is seen. */
export function decodedTexts(seen: readonly SeenText[]): SeenText[] {
  const encoded = seen.flatMap(one => ENCODINGS.flatMap(encoding => decodings(one, encoding)));
  return [...encoded, ...seen.map(reversed)];
}

/** One text for each character of a unit at which a code may begin. */
function decodings(seen: SeenText, encoding: Encoding): SeenText[] {
  const origins: number[] = [];
  const begins: number[] = [];
  const runs: string[] = [];
  let length = 0;
  for (const { index, 0: run } of seen.text.matchAll(encoding.pattern)) {
    origins.push(index);
    begins.push(length);
    runs.push(run);
    length += run.length + BETWEEN.length;
  }
  if (runs.length === 0) return [];
  const code = Buffer.from(runs.join(BETWEEN), 'latin1');
  const { characters, bytes } = encoding;
  return Array.from({ length: characters }, (_, shift) =>
    apart(decoded(code, shift, encoding), (start, end) => {
      const from = shift + Math.floor((start * characters) / bytes);
      const at = lastUpTo(from, begins);
      const origin = (origins[at] ?? 0) - (begins[at] ?? 0);
      return seen.placeOf(origin + from, origin + shift + Math.ceil((end * characters) / bytes));
    }),
  );
}

/** A byte of which a character is not part of the code is a quote. */
function decoded(code: Buffer, shift: number, { digits, bits, ...unit }: Encoding): string {
  const units = Math.floor((code.length - shift + unit.characters - 1) / unit.characters);
  const result = Buffer.alloc(units * unit.bytes);
  let written = 0;
  let kept = 0;
  let known = 0;
  let isBroken = false;
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
    result[written] = isBroken || !isDigit ? 0x22 : (kept >> known) & 0xff;
    written += 1;
    kept &= (1 << known) - 1;
    isBroken = known > 0 && !isDigit;
  }
  return result.toString('latin1', 0, written);
}

/** The last character first. */
function reversed({ text, placeOf }: SeenText): SeenText {
  const { length } = text;
  const backwards = Buffer.from(text, 'utf16le').swap16().reverse().toString('utf16le');
  return apart(backwards, (start, end) => placeOf(length - end, length - start));
}

/** A text in which nothing is hidden and no word is folded. */
const apart = (text: string, placeOf: SeenText['placeOf']): SeenText => ({
  text,
  placeOf,
  isCut: () => false,
  nextFold: () => text.length,
});
