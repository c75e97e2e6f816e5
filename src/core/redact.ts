/**
 * Finds secrets in a text, by their shape or because they are ours, and replaces them. A JSON text
 * stays a JSON text: no secret that is found has a quote or half an escape, and no replacement has one.
 */
import { decodedTexts } from './decoded-text.ts';
import { type FoundSecret, shapesIn } from './find-shapes.ts';
import { type SeenText, seenTexts, withoutHidden, writtenTexts } from './seen-text.ts';

/** A shorter secret of ours is not searched for: it would match ordinary text. */
export const SHORTEST_SECRET = 8;

/**
 * The places of secrets, in order and without overlap. `ours`: secrets that are known by their value.
 * The text is read as it is, as it is seen where it is shown, and, where `encoded`, as what it encodes.
 * @foreign
 */
export function secretsIn(
  text: string,
  ours: readonly string[] = [],
  encoded = true,
): FoundSecret[] {
  const values = [
    ...new Set(ours.filter(value => value.length >= SHORTEST_SECRET).flatMap(spellings)),
  ];
  const seen = seenTexts(text);
  const read = [...writtenTexts(text), ...seen];
  const readings = [
    ...new Map(read.map(reading => [reading.text, reading])).values(),
    ...(encoded ? decodedTexts(seen) : []),
  ];
  const found = readings.flatMap(reading =>
    [...shapesIn(reading), ...values.flatMap(value => placesOf(value, reading))].map(
      ({ kind, start, end }) => ({ kind, ...reading.placeOf(start, end) }),
    ),
  );
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: FoundSecret[] = [];
  for (const secret of found) {
    const last = apart.at(-1);
    if (last && secret.start < last.end) last.end = Math.max(last.end, secret.end);
    else apart.push(secret);
  }
  return apart;
}

/** The text with every secret replaced by its kind. @foreign */
export function redact(text: string, ours: readonly string[] = []): string {
  let result = '';
  let from = 0;
  for (const { kind, start, end } of secretsIn(text, ours)) {
    result += `${text.slice(from, start)}[redacted: ${kind}]`;
    from = end;
  }
  return result + text.slice(from);
}

function placesOf(value: string, { text }: SeenText): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
    found.push({ kind: 'secret', start: at, end: at + value.length });
  return found;
}

/** A mark that a line may end with is taken for a part of the fold, also where it is the secret's own. */
const withoutFoldMarks = (value: string): string[] =>
  [...value.matchAll(/[=\\]/g)].map(({ index }) => value.slice(0, index) + value.slice(index + 1));

/** The value as it is written plainly, in JSON and in a URL, as its bytes, and as it is seen. */
function spellings(value: string): string[] {
  const spelled = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
  const bytes = Buffer.from(value).toString('latin1');
  return [...spelled, ...withoutFoldMarks(value), bytes, withoutHidden(value).text].filter(
    each => each.length >= SHORTEST_SECRET,
  );
}
