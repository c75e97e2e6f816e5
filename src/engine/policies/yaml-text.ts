/**
 * YAML by people → what a schema makes of it, or every fault with its place. Aliases (YAML bombs),
 * duplicate keys, unknown keys and tags are refused.
 */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Range,
  type Scalar,
  visit,
} from 'yaml';
import { z } from 'zod';
import { didYouMean } from '../../core/nearest.ts';
import { plainIssue } from '../../core/plain-issue.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import { keysElsewhere } from './keys-elsewhere.ts';
import { type YamlProblem, yamlWords } from './yaml-words.ts';

const LARGEST = 64 * 1024;
const MOST_FAULTS = 20;

export type YamlPosition = { line: number; column: number };
type YamlText<T> =
  /** `placeOf`: where a path stands, or as much of it as there is. `places`: of all paths, joined by dots. */
  | {
      ok: true;
      value: T;
      placeOf(path: PropertyKey[]): YamlPosition;
      places(): Record<string, YamlPosition>;
    }
  | { ok: false; faults: PolicyFault[] };

export function parseYaml<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
): YamlText<z.output<S>> {
  const refuse = (faults: (YamlPosition & { message: string })[]): YamlText<z.output<S>> => ({
    ok: false,
    faults: faults.slice(0, MOST_FAULTS).map(fault => ({ file, ...fault })),
  });
  if (Buffer.byteLength(text) > LARGEST)
    return refuse([{ line: 1, column: 1, message: `It is larger than ${LARGEST} bytes.` }]);
  const lines = new LineCounter();
  const at = (offset: number): YamlPosition => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Each key would be held to every one before it: thousands of them took seconds.
    uniqueKeys: false,
  });
  const wrong = [...document.errors, ...document.warnings];
  const broken = wrong.length > 0 ? wrong : keysAgain(document);
  if (broken.length > 0)
    return refuse(
      onceALine(broken.map(error => ({ ...at(error.pos[0]), message: yamlWords(error, text) }))),
    );
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key)) key.value = asWritten(key);
    },
  });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch {
    return refuse([
      { ...at(aliasIn(text)), message: 'Aliases are not allowed: write out what `*` stands for.' },
    ]);
  }
  const placeOf = (path: PropertyKey[]) => at(offsetOf(document.contents, path));
  const parsed = schema.safeParse(value, { error: plainIssue });
  if (parsed.success) {
    const places = () =>
      Object.fromEntries(
        offsetsIn(document.contents, []).map(([path, offset]) => [path, at(offset)]),
      );
    return { ok: true, value: parsed.data, placeOf, places };
  }
  return refuse(
    withoutEchoes(parsed.error.issues.flatMap(deepest)).flatMap(issue => {
      const { path } = issue;
      const known = keysAt(schema, path);
      return issue.code === 'unrecognized_keys'
        ? issue.keys.slice(0, MOST_FAULTS).map(key => ({
            ...placeOf([...path, key]),
            message: `${[...path, key].join('.')}: ${keysElsewhere(path, key) ?? unknownKey(key, known)}`,
          }))
        : [
            {
              ...placeOf(path),
              message: `${path.join('.') || 'file'}: ${issue.message}${keysMeant(issue, known)}`,
            },
          ];
    }),
  );
}

/** One slip has the parser stumble several times over what follows it. */
function onceALine<F extends YamlPosition & { message: string }>(faults: F[]): F[] {
  const told = new Set<string>();
  return faults.filter(({ line, message }) => {
    const fault = `${line} ${message}`;
    if (told.has(fault)) return false;
    told.add(fault);
    return true;
  });
}

/** Keys that stand in their map a second time, where they do. */
function keysAgain(document: Document): YamlProblem[] {
  const again: YamlProblem[] = [];
  visit(document, {
    Map(_, { items }) {
      const known = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = asWritten(key);
        const at = key.range?.[0] ?? 0;
        if (known.has(name)) again.push({ code: 'DUPLICATE_KEY', message: '', pos: [at, at] });
        known.add(name);
      }
    },
  });
  return again;
}

/** The text of a key: a milestone `2.10` is no number. */
const asWritten = ({ value, source }: Scalar): string =>
  typeof value === 'string' ? value : (source ?? String(value));

type Issue = z.core.$ZodIssue;

/** What has the wrong type is also too long or too short for the right one, which nobody has to know. */
function withoutEchoes(issues: Issue[]): Issue[] {
  const at = ({ path }: Issue) => JSON.stringify(path);
  const mistyped = new Set(issues.filter(({ code }) => code === 'invalid_type').map(at));
  return issues.filter(issue => issue.code === 'invalid_type' || !mistyped.has(at(issue)));
}

/** Where keys are wanted and something else stands: which they would be. */
function keysMeant({ code, message, path }: Issue, known: string[]): string {
  const isFit = known.length > 0 && known.length <= MOST_LISTED && path.length > 0;
  return isFit && code === 'invalid_type' && message.startsWith('must be keys with values')
    ? `: its ${known.length === 1 ? 'key is' : 'keys are'} ${known.join(', ')}`
    : '';
}

/** Keys of which a person is told all. */
const MOST_LISTED = 8;

/** `known`: the keys that there may be, also those of other forms of the same entry. */
function unknownKey(key: string, known: string[]): string {
  if (key === '<<') return 'merges are not allowed: write out what they would bring';
  if (known.includes(key)) return 'does not go with the keys beside it';
  const meant = didYouMean(key, known);
  if (meant !== '') return `unknown key${meant}`;
  return known.length === 0 || known.length > MOST_LISTED
    ? 'unknown key'
    : `unknown key; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
}

/** Of what fits no form of several, the faults of the form that it fits best: with the fewest of them. */
function deepest(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const forms = issue.errors.map(errors =>
    errors.map(error => ({ ...error, path: [...issue.path, ...error.path] })),
  );
  const wrongKeys = (errors: Issue[]) =>
    errors.flatMap(error => (error.code === 'unrecognized_keys' ? error.keys : [''])).length;
  const depth = (errors: Issue[]) =>
    errors.reduce((most, { path }) => Math.max(most, path.length), 0);
  const isWord = (errors: Issue[]) => Number(errors.some(e => isOwn(e, 'invalid_value')));
  const best = forms
    .filter(errors => !errors.some(e => isOwn(e, 'invalid_type')))
    .sort((a, b) => isWord(a) - isWord(b) || wrongKeys(a) - wrongKeys(b) || depth(b) - depth(a))[0];
  return best ? best.flatMap(deepest) : [issue];

  function isOwn(error: Issue, code: Issue['code']): boolean {
    return error.code === code && error.path.length === issue.path.length;
  }
}

/** The first `*name`; where it is written in an odd way, the beginning. */
const aliasIn = (text: string): number => Math.max(0, text.search(/(?<=[\s[,:-])\*[\w-]/));

function offsetOf(contents: unknown, path: PropertyKey[]): number {
  let node = contents;
  let offset = 0;
  for (const step of path) {
    const pair = isMap<{ value: unknown; range: Range }>(node)
      ? node.items.find(({ key }) => key.value === step)
      : null;
    const next = pair ? pair.key : isSeq<{ range: Range }>(node) ? node.items[Number(step)] : null;
    if (!next) break;
    offset = next.range[0];
    node = pair ? pair.value : next;
  }
  return offset;
}

/** Every path in a text, with where it begins. */
function offsetsIn(node: unknown, at: (string | number)[]): [path: string, offset: number][] {
  const entries = isMap<Scalar, unknown>(node)
    ? node.items.map(({ key, value }) => ({ step: String(key.value), begins: key, value }))
    : isSeq<Node>(node)
      ? node.items.map((item, index) => ({ step: index, begins: item, value: item }))
      : [];
  return entries.flatMap(({ step, begins, value }) => {
    const path = [...at, step];
    return [[path.join('.'), begins.range?.[0] ?? 0], ...offsetsIn(value, path)];
  });
}

/** The keys that a schema knows at a path; none where it is no object there. */
function keysAt(schema: unknown, path: PropertyKey[]): string[] {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodNullable
  )
    inner = inner.unwrap();
  if (inner instanceof z.ZodPipe) return keysAt(inner.in, path);
  const [step, ...rest] = path;
  if (inner instanceof z.ZodObject)
    return step === undefined
      ? Object.keys(inner.shape)
      : keysAt((inner.shape as { [key: PropertyKey]: unknown })[step], rest);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap(form => keysAt(form, path));
  if (inner instanceof z.ZodRecord && step === undefined)
    return inner.keyType instanceof z.ZodEnum ? inner.keyType.options.map(String) : [];
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType, rest);
  if (inner instanceof z.ZodArray && step !== undefined) return keysAt(inner.element, rest);
  return [];
}
