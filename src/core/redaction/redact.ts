/**
 * Finds secrets in a text, by their shape or because they are ours, and replaces them. A JSON text
 * stays a JSON text: no secret that is found has a quote or half an escape, and no replacement has one.
 */
import { listedTexts } from './code-lists.ts';
import { decodedTexts, reversed } from './decoded-text.ts';
import { type FoundSecret, shapesIn } from './find-shapes.ts';
import { unmarkedLines } from './marked-lines.ts';
import { type SeenText, seenTexts, withoutHidden, writtenTexts } from './seen-text.ts';

/** A shorter secret of ours is not searched for: it would match ordinary text. */
export const SHORTEST_SECRET = 8;
/** Half of a shorter one is not searched for, for the same reason. */
const SHORTEST_HALVED = 24;
/** Characters in the middle of a secret that are looked for first. */
const MIDDLE = 12;
const KEY_BEGINS = '-----BEGIN ';
/** A list of numbers stays one, of zeros: in JSON, words can't take its place. */
const NAME = String.raw`\\{0,8}"\d{1,8}\\{0,8}"\s{0,9}:\s{0,9}`;
const NUMBERS = new RegExp(String.raw`^\d[\d.eE+-]*(?:\s*,\s*(?:${NAME})?[\d.eE+-]+)+$`);
const NUMBER = new RegExp(String.raw`(${NAME})?\d[\d.eE+-]*`, 'g');

/**
 * The places of secrets, in order and without overlap. `ours`: secrets that are known by their value.
 * The text is read as it is, as it is seen where it is shown, and, unless it `isFile`, as what it encodes,
 * and as one that may have been cut.
 * @foreign
 */
export function secretsIn(
  text: string,
  ours: readonly string[] = [],
  isFile = false,
): FoundSecret[] {
  const values = valuesOf(ours);
  const seen = seenTexts(text);
  const read = [...writtenTexts(text), ...seen];
  const { coded, joined } = isFile ? NO_CODES : codedTexts(seen);
  const readings = [
    ...new Map(read.map(reading => [reading.text, reading])).values(),
    ...coded,
    // The lines of a key are more than a word.
    ...(joined?.text.includes(KEY_BEGINS) ? [joined] : []),
  ];
  const found = [
    ...readings.flatMap(reading => placed(shapesIn(reading, isFile), reading)),
    ...[...readings, ...(joined ? [joined] : [])].flatMap(reading =>
      values.flatMap(value => placed(placesOf(value, reading), reading)),
    ),
  ];
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: FoundSecret[] = [];
  for (const secret of found) {
    const last = apart.at(-1);
    if (!last || secret.start >= last.end) apart.push(secret);
    else {
      last.end = Math.max(last.end, secret.end);
      // A token says more than the place in which it stands.
      if (last.kind === 'credential') last.kind = secret.kind;
    }
  }
  return apart;
}

const placed = (found: readonly FoundSecret[], { placeOf }: SeenText): FoundSecret[] =>
  found.map(({ kind, start, end }) => ({ kind, ...placeOf(start, end) }));

type CodedTexts = { coded: SeenText[]; joined: SeenText | null };
const NO_CODES: CodedTexts = { coded: [], joined: null };

/** What a text encodes, and its lines without the marks with which they begin. */
function codedTexts(seen: readonly SeenText[]): CodedTexts {
  const [first] = seen;
  if (!first) return NO_CODES;
  const { lines, joined, words } = unmarkedLines(first);
  const listed = listedTexts(first, lines);
  const unmarked = words ? [words] : [];
  const coded = [
    ...unmarked,
    ...listed,
    ...[...seen, ...unmarked, ...listed].flatMap(one => decodedTexts(one)),
    ...seen.map(reversed),
  ];
  return { coded, joined };
}

/** The text with every secret replaced by its kind. @foreign */
export function redact(text: string, ours: readonly string[] = []): string {
  let result = '';
  let from = 0;
  for (const { kind, start, end } of secretsIn(text, ours)) {
    const found = text.slice(start, end);
    const instead = NUMBERS.test(found)
      ? found.replace(NUMBER, (_, name = '') => `${name}0`)
      : `[redacted: ${kind}]`;
    result += `${text.slice(from, start)}${instead}`;
    from = end;
  }
  return result + text.slice(from);
}

/** The values in each of their spellings, as long as the list does not grow: it is searched for in every line. */
function valuesOf(ours: readonly string[]): readonly string[] {
  const known = spelled.get(ours);
  if (known?.length === ours.length) return known.values;
  const long = ours.filter(value => value.length >= SHORTEST_SECRET);
  const values = [...new Set(long.flatMap(spellings))];
  spelled.set(ours, { length: ours.length, values });
  return values;
}
const spelled = new WeakMap<readonly string[], { length: number; values: readonly string[] }>();

/** Where the value stands, or more than half of it, at its beginning or its end: the text may have been cut. */
function placesOf(value: string, { text }: SeenText): FoundSecret[] {
  // What stands in the middle of it is in either half.
  const isLong = value.length >= SHORTEST_HALVED;
  const from = isLong ? Math.floor(value.length / 2) - MIDDLE / 2 : 0;
  const middle = isLong ? value.slice(from, from + MIDDLE) : value;
  const found: FoundSecret[] = [];
  for (let at = text.indexOf(middle); at >= 0; ) {
    let before = 0;
    while (before < from && text[at - before - 1] === value[from - before - 1]) before += 1;
    let after = from + middle.length;
    while (after < value.length && text[at - from + after] === value[after]) after += 1;
    const isThere = before === from || after === value.length;
    const end = at - from + after;
    if (isThere) found.push({ kind: 'secret', start: at - before, end });
    at = text.indexOf(middle, isThere ? end : at + 1);
  }
  return found;
}

/** A mark that a line may end with is taken for a part of the fold, also where it is the secret's own. */
const withoutFoldMarks = (value: string): string[] =>
  [...value.matchAll(/[=\\]/g)].map(({ index }) => value.slice(0, index) + value.slice(index + 1));

const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);

const backwards = (text: string): string => [...text].reverse().join('');

/** The value as it is written plainly, in JSON, JSON within JSON and a URL, as its bytes, and as it is seen. */
function spellings(value: string): string[] {
  const written = [
    ...[value, inJson(value), inJson(inJson(value)), backwards(inJson(backwards(value)))],
    encodeURIComponent(value),
  ];
  const bytes = Buffer.from(value).toString('latin1');
  return [...written, ...withoutFoldMarks(value), bytes, withoutHidden(value).text].filter(
    each => each.length >= SHORTEST_SECRET,
  );
}
