/**
 * YAML by people → what a schema makes of it, or every fault with its place. Aliases (YAML bombs),
 * duplicate keys, unknown keys and tags are refused.
 */
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Range,
  type Scalar,
  visit,
} from 'yaml';
import { z } from 'zod';
import { didYouMean } from '../../core/nearest.ts';
import { plainIssue } from '../../core/plain-issue.ts';
import type { PolicyFault } from '../../policy/fault.ts';

const LARGEST = 64 * 1024;
const MOST_FAULTS = 20;

type YamlPosition = { line: number; column: number };
type YamlText<T> =
  /** `placeOf`: where a path stands, or as much of it as there is. */
  | { ok: true; value: T; placeOf(path: PropertyKey[]): YamlPosition }
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
    uniqueKeys: (a, b) => isScalar(a) && isScalar(b) && asWritten(a) === asWritten(b),
  });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return refuse(broken.map(({ pos, message }) => ({ ...at(pos[0]), message: plain(message) })));
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
  if (parsed.success) return { ok: true, value: parsed.data, placeOf };
  return refuse(
    parsed.error.issues.flatMap(deepest).flatMap(({ path, ...issue }) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map(key => ({
            ...placeOf([...path, key]),
            message: `${[...path, key].join('.')}: unknown key${didYouMean(key, keysAt(schema, path))}`,
          }))
        : [{ ...placeOf(path), message: `${path.join('.') || 'file'}: ${issue.message}` }],
    ),
  );
}

/** Each level of nesting is a call of the parser, which says so in JavaScript's words. */
function plain(message: string): string {
  if (message.startsWith('Maximum call stack')) return 'It is nested too deeply.';
  if (message.startsWith('Source contains multiple'))
    return 'There are several documents, one below another: keep one, without a line `---` in between.';
  return message;
}

/** The text of a key: a milestone `2.10` is no number. */
const asWritten = ({ value, source }: Scalar): string =>
  typeof value === 'string' ? value : (source ?? String(value));

type Issue = z.core.$ZodIssue;

/** Of what fits no form of several, the faults of the form that it fits best. */
function deepest(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const forms = issue.errors.map(errors =>
    errors.map(error => ({ ...error, path: [...issue.path, ...error.path] })),
  );
  const depth = (errors: Issue[]) => Math.max(...errors.map(({ path }) => path.length));
  const best = forms.filter(isOfItsType).sort((a, b) => depth(b) - depth(a))[0];
  return best ? best.flatMap(deepest) : [issue];

  function isOfItsType(errors: Issue[]): boolean {
    return !errors.some(e => e.code === 'invalid_type' && e.path.length === issue.path.length);
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

/** The keys that a schema knows at a path; none where it is no object there. */
function keysAt(schema: unknown, path: PropertyKey[]): string[] {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodNullable
  )
    inner = inner.unwrap();
  const [step, ...rest] = path;
  if (inner instanceof z.ZodObject)
    return step === undefined
      ? Object.keys(inner.shape)
      : keysAt((inner.shape as { [key: PropertyKey]: unknown })[step], rest);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap(form => keysAt(form, path));
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType, rest);
  if (inner instanceof z.ZodArray) return keysAt(inner.element, rest);
  return [];
}
