/**
 * Finds secrets by their shape. Each text is read from its start to its end and no part of it again
 * and again, whatever it holds: heads are short, and how far a class of characters reaches is kept.
 */
import { type CharacterClass, CLASSES, SHAPES, type Shape } from './secret-shapes.ts';
import type { SeenText } from './seen-text.ts';

export type FoundSecret = { kind: string; start: number; end: number };

/** `isFile`: the text is whole. Of another text half of a token is one too, where it may have been cut behind it. */
export function shapesIn(seen: SeenText, isFile: boolean): FoundSecret[] {
  const reading = { seen, reach: createReach(seen.text), isFile };
  return [
    ...SHAPES.flatMap(shape => tokensOf(shape, reading)),
    ...webTokens(reading),
    ...privateKeys(reading),
    ...passwords(reading),
  ];
}

type Reading = {
  seen: SeenText;
  reach: (from: number, of: CharacterClass) => number;
  isFile: boolean;
};

/** The end of a string, or a mark that says that something is left out. A line may go on in the next one. */
const CUT = /["\\]|\s?…/y;

function isCutAt(at: number, { seen: { text }, isFile }: Reading): boolean {
  CUT.lastIndex = at;
  return !isFile && CUT.test(text);
}

/** Where a run of characters of a class ends. Heads that stand within one run share the answer. */
function createReach(text: string): Reading['reach'] {
  const kept = new Map<CharacterClass, { pattern: RegExp; from: number; end: number }>();
  return (from, of) => {
    const run = kept.get(of) ?? { pattern: new RegExp(`[${CLASSES[of]}]*`, 'y'), from: 0, end: -1 };
    kept.set(of, run);
    if (from >= run.from && from <= run.end) return run.end;
    run.pattern.lastIndex = from;
    run.pattern.test(text);
    run.from = from;
    run.end = run.pattern.lastIndex;
    return run.end;
  };
}

function tokensOf(shape: Shape, reading: Reading): FoundSecret[] {
  const { text } = reading.seen;
  const found: FoundSecret[] = [];
  let reached = 0;
  for (const { index, 0: head } of text.matchAll(shape.head)) {
    if (index < reached) continue;
    const from = index + head.length;
    const end = bodyEnd(from, shape, reading);
    if (end === null || !stands(index, end, { shape, reading })) continue;
    found.push({ kind: shape.kind, start: shape.isPart ? index : from, end });
    reached = end;
  }
  return found;
}

function stands(start: number, end: number, { shape, reading }: Of): boolean {
  const { text, isCut } = reading.seen;
  if (shape.standing && !isCut(start) && /[A-Za-z0-9_-]/.test(text[start - 1] ?? '')) return false;
  if (shape.whole && !isCut(end) && /\w/.test(text[end] ?? '')) return false;
  return !shape.digit || reading.reach(start, 'noDigit') < end;
}
type Of = { shape: Shape; reading: Reading };

type Body = Pick<Shape, 'body' | 'least' | 'most' | 'usual'>;

/** Where the body ends that begins here; `null` where it is too short. */
function bodyEnd(from: number, { body, least, most, usual }: Body, reading: Reading) {
  const { nextFold } = reading.seen;
  const reach = reading.reach(from, body);
  const end = Math.min(reach, from + (most ?? Number.POSITIVE_INFINITY));
  if (end - from < (isCutAt(end, reading) ? least / 2 : least)) return null;
  const whole = nextFold(from + (usual ?? Number.POSITIVE_INFINITY));
  return Math.min(otherAfterFold(from + least, end, reading) ?? end, whole);
}

/** The first fold in a part of the text after which another text begins. */
function otherAfterFold(from: number, end: number, { seen: { text, nextFold } }: Reading) {
  for (let fold = nextFold(from); fold < end; fold = nextFold(fold + 1)) {
    const next = Math.min(nextFold(fold + 1), end);
    if (isOther(text.slice(fold, Math.min(next, fold + LONGEST_WORDS)), text[next] ?? ''))
      return fold;
  }
  return null;
}

/** A longer piece is taken for the rest of a token. */
const LONGEST_WORDS = 24;
const WORDS = /^(?:[A-Z]?[a-z]{1,14}|[A-Z]{1,14}|)(?:[-_.=](?:[A-Z]?[a-z]{1,14}|[A-Z]{1,14}|))*$/;
const HEAD = new RegExp(`^(?:${SHAPES.map(({ head }) => head.source).join('|')})`, 'i');

/** Whether what follows a fold is not the rest of a token that could be whole: words, a name, another token. */
const isOther = (piece: string, after: string): boolean =>
  (piece.length < LONGEST_WORDS && (WORDS.test(piece) || /[:=(]/.test(after))) || HEAD.test(piece);

/** A JSON web token: three parts of base64, of which two are JSON. */
function webTokens(reading: Reading): FoundSecret[] {
  const { text } = reading.seen;
  const found: FoundSecret[] = [];
  let reached = 0;
  for (const { index } of text.matchAll(/eyJ/g)) {
    if (index < reached) continue;
    const header = reading.reach(index, 'url');
    if (header - index < 13 || !text.startsWith('.eyJ', header)) continue;
    const payload = reading.reach(header + 1, 'url');
    if (payload - header < 14) continue;
    const end =
      text[payload] === '.'
        ? bodyEnd(payload + 1, { body: 'url', least: 10 }, reading)
        : isCutAt(payload, reading)
          ? payload
          : null;
    if (end === null) continue;
    found.push({ kind: 'JSON web token', start: index, end });
    reached = end;
  }
  return found;
}

const KEY = '[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----';
const KEY_BEGIN = new RegExp(`-----BEGIN ${KEY}`, 'g');
const KEY_END = new RegExp(`-----END ${KEY}`, 'g');
const MOST_OF_KEY = 20_000;

/** A private key in PEM form up to its end, or as far as there is one of it. */
function privateKeys({ seen: { text }, reach }: Reading): FoundSecret[] {
  const ends = [...text.matchAll(KEY_END)].map(({ index, 0: end }) => index + end.length);
  const found: FoundSecret[] = [];
  let next = 0;
  let quote = text.indexOf('"');
  let reached = 0;
  for (const { index, 0: begin } of text.matchAll(KEY_BEGIN)) {
    if (index < reached) continue;
    const from = index + begin.length;
    while ((ends[next] ?? Number.POSITIVE_INFINITY) < from) next += 1;
    if (quote >= 0 && quote < from) quote = text.indexOf('"', from);
    const end = ends[next] ?? Number.POSITIVE_INFINITY;
    const isWhole = end - from <= MOST_OF_KEY && (quote < 0 || end <= quote);
    reached = isWhole ? end : reach(from, 'armor');
    found.push({ kind: 'private key', start: index, end: reached });
  }
  return found;
}

/** Other addresses in files are often those of examples: the patch gate judges them by itself. */
const WEB = /\bhttps?$/;
const SCHEME = /[a-z][a-z0-9+.-]{1,20}$/i;
const USER = /[^\s:@/"\\]{0,100}:/y;

/** The passwords of URLs, also those of databases. */
function passwords(reading: Reading): FoundSecret[] {
  const { text } = reading.seen;
  const scheme = reading.isFile ? WEB : SCHEME;
  const found: FoundSecret[] = [];
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 1)) {
    USER.lastIndex = at + '://'.length;
    if (!scheme.test(text.slice(Math.max(0, at - 21), at)) || !USER.test(text)) continue;
    const start = USER.lastIndex;
    const end = reading.reach(start, 'password');
    const length = end - start;
    if (text[end] !== '@' || length < 3 || length > 1000) continue;
    if (otherAfterFold(at + 1, end, reading) !== null) continue;
    found.push({ kind: 'credential', start, end });
  }
  return found;
}
