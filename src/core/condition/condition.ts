/**
 * The conditions of a graph, such as `steps.plan.risk == "high" and not touches("docs")`. They are words
 * that are compared: nothing in them is run. Reading one takes time in proportion to its length.
 */

export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { is: 'and' | 'or'; of: Condition[] }
  | { is: 'not'; of: Condition }
  /** Whether a path of the change, or, with `only`, each of them, is the file or in the folder. */
  | { is: 'touches'; path: string; only: boolean }
  | { is: 'label'; name: string }
  /** What a step handed over; without a comparison, whether that is true, not zero and not empty. */
  | { is: 'field'; step: string; field: string; compared: ComparedWith | null };

type ComparedWith = { relation: Relation; value: string | number | boolean };

export const MOST_CHARACTERS = 300;
const MOST_PATH_CHARACTERS = 100;

type Token = { kind: 'text' | 'number' | 'word' | 'sign'; text: string };

const TOKEN =
  /[ \t\r\n]|"([^"]*)"|'([^']*)'|(-?\d{1,15}(?:\.\d{1,6})?)|([A-Za-z][A-Za-z0-9_.-]*)|(==|!=|<=|>=|[<>()])/y;

/** What people write who know other languages, and how it is written here. */
const ELSEWHERE: Record<string, string> = { '&': 'and', '|': 'or', '!': 'not', '=': '==' };

const FIELD = /^steps\.([a-z][a-z0-9_-]{0,30})\.([A-Za-z][A-Za-z0-9_]{0,40})$/;

/** Whatever is wrong with it, said in a sentence. */
class Fault extends Error {}

/** @foreign */
export function parseCondition(
  text: string,
): { ok: true; condition: Condition } | { ok: false; problem: string } {
  if (text.length > MOST_CHARACTERS)
    return { ok: false, problem: `it has more than ${MOST_CHARACTERS} characters` };
  try {
    const reader = readerOf(tokensOf(text));
    const condition = readEither(reader, 'or');
    const left = reader.next();
    if (left) throw new Fault(`"${left.text}" stands where "and", "or" or the end is expected`);
    return { ok: true, condition };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, problem: error.message };
    throw error;
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(text);
    if (!found) throw new Fault(unknownAt(text.slice(at)));
    const [whole, double, single, number, word, sign] = found;
    if (whole.trim() === '') continue;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'text', text: double ?? single ?? '' });
  }
  return tokens;
}

function unknownAt(rest: string): string {
  const [sign = ''] = rest;
  if (sign === '"' || sign === "'") return `the text that begins with ${sign} has no end`;
  const here = ELSEWHERE[sign];
  return `"${sign}" means nothing here${here ? `: write "${here}"` : ''}`;
}

type Reader = {
  next(): Token | null;
  /** Whether the next token is this word or sign; it is taken where it is. */
  takes(text: string): boolean;
};

function readerOf(tokens: Token[]): Reader {
  let at = 0;
  return {
    next: () => tokens[at++] ?? null,
    takes(text) {
      const token = tokens[at];
      const isIt = token !== undefined && token.kind !== 'text' && token.text === text;
      if (isIt) at += 1;
      return isIt;
    },
  };
}

/** `and` holds its sides together more closely than `or`. */
function readEither(reader: Reader, is: 'and' | 'or'): Condition {
  const one = () => (is === 'or' ? readEither(reader, 'and') : readTerm(reader));
  const first = one();
  const of = [first];
  while (reader.takes(is)) of.push(one());
  return of.length === 1 ? first : { is, of };
}

function readTerm(reader: Reader): Condition {
  if (reader.takes('not')) return { is: 'not', of: readTerm(reader) };
  if (reader.takes('(')) {
    const inner = readEither(reader, 'or');
    if (!reader.takes(')')) throw new Fault('a ")" is missing');
    return inner;
  }
  const token = reader.next();
  if (!token) throw new Fault('it ends where a condition is expected');
  if (token.kind !== 'word') throw new Fault(`"${token.text}" stands where a name is expected`);
  if (token.text === 'touches' || token.text === 'touches_only')
    return { is: 'touches', path: readPath(reader, token.text), only: token.text !== 'touches' };
  if (token.text === 'labels') {
    if (!reader.takes('has')) throw new Fault('write labels as `labels has "name"`');
    return { is: 'label', name: readText(reader, 'has') };
  }
  const [, step, field] = FIELD.exec(token.text) ?? [];
  if (step === undefined || field === undefined)
    throw new Fault(
      `"${token.text}" is not known: a condition names steps.<id>.<field>, labels, touches("path") or touches_only("path")`,
    );
  return { is: 'field', step, field, compared: readComparison(reader) };
}

const RELATIONS: readonly Relation[] = ['==', '!=', '<', '<=', '>', '>='];

function readComparison(reader: Reader): ComparedWith | null {
  const relation = RELATIONS.find(candidate => reader.takes(candidate));
  if (!relation) return null;
  const token = reader.next();
  const value = token && literalOf(token);
  if (value === null)
    throw new Fault(`"${relation}" is followed by a text in quotes, a number, true or false`);
  if (relation !== '==' && relation !== '!=' && typeof value !== 'number')
    throw new Fault(`"${relation}" compares numbers`);
  return { relation, value };
}

function literalOf({ kind, text }: Token): string | number | boolean | null {
  if (kind === 'text') return text;
  if (kind === 'number') return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : null;
}

function readPath(reader: Reader, name: string): string {
  if (!reader.takes('(')) throw new Fault(`write ${name} as \`${name}("path")\``);
  const path = readText(reader, `${name}(`);
  if (!reader.takes(')')) throw new Fault('a ")" is missing');
  const isOdd = path.startsWith('/') || path.split('/').includes('..') || /\p{Cc}/u.test(path);
  if (path === '' || path.length > MOST_PATH_CHARACTERS || isOdd)
    throw new Fault(
      `${name} takes a path in the repository of at most ${MOST_PATH_CHARACTERS} characters`,
    );
  return path;
}

function readText(reader: Reader, after: string): string {
  const token = reader.next();
  if (token?.kind !== 'text') throw new Fault(`"${after}" is followed by a text in quotes`);
  return token.text;
}
