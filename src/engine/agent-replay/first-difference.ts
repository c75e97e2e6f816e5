/** Where a request to the model first differs from the recorded one, apart from what is volatile. */
import type { Volatile } from '../ports/agent.ts';

export type RequestDifference = {
  /** The field, such as `input[3].output`; empty for the whole. */
  field: string;
  /** What that field is part of. */
  part: RequestPart;
  /** Both sides around the place, as JSON; a side that has no such field says so. */
  recorded: string;
  replayed: string;
};

type RequestPart =
  | 'the prompt'
  | 'the output of a tool'
  | 'the answer of the model'
  | 'the list of tools'
  | 'the request';

type Key = string | number;
/** A field by its key, with the field that it is in; `null`: the whole. */
type Place = { key: Key; depth: number; in: Place } | null;
type Pair = { place: Place; recorded: unknown; replayed: unknown };

/** Characters of each side, of which this many stand before the place. */
const EXCERPT = 240;
const BEFORE = 80;

/** In the order of the recorded fields; `null` where there is no difference. */
export function firstDifference(
  recorded: unknown,
  replayed: unknown,
  volatile: Volatile,
): RequestDifference | null {
  const fields = volatile.fields.map(field => field.split('.'));
  const mask = (text: string) =>
    volatile.texts.reduce((masked, pattern) => masked.replaceAll(pattern, '⟨volatile⟩'), text);
  // A stack of what is still to be compared, the next one last: requests may be nested deeply.
  const open: Pair[] = [{ place: null, recorded, replayed }];
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const { place } = pair;
    if (Object.is(pair.recorded, pair.replayed)) continue;
    if (fields.some(field => matches(field, place))) continue;
    const inside = childrenOf(pair);
    if (inside) {
      for (const child of inside.reverse()) open.push(child);
      continue;
    }
    const path = () => keysOf(place);
    if (typeof pair.recorded === 'string' && typeof pair.replayed === 'string') {
      const [was, is] = [mask(pair.recorded), mask(pair.replayed)];
      if (was === is) continue;
      const at = firstPlace(was, is);
      const sides = { recorded: excerpt(was, at), replayed: excerpt(is, at) };
      return { field: written(path()), part: partOf(recorded, path()), ...sides };
    }
    const side = pair.recorded === undefined ? replayed : recorded;
    return {
      field: written(path()),
      part: partOf(side, path()),
      recorded: shown(pair.recorded),
      replayed: shown(pair.replayed),
    };
  }
  return null;
}

/** `null` where the two are not both lists, or both objects. */
function childrenOf({ place, recorded, replayed }: Pair): Pair[] | null {
  const inside = (key: Key): Place => ({ key, depth: (place?.depth ?? 0) + 1, in: place });
  if (Array.isArray(recorded) && Array.isArray(replayed)) {
    const length = Math.max(recorded.length, replayed.length);
    return Array.from({ length }, (_, at) => ({
      place: inside(at),
      recorded: recorded[at],
      replayed: replayed[at],
    }));
  }
  if (!isObject(recorded) || !isObject(replayed)) return null;
  const keys = new Set([...Object.keys(recorded), ...Object.keys(replayed)]);
  return [...keys].map(key => ({
    place: inside(key),
    recorded: fieldOf(recorded, key),
    replayed: fieldOf(replayed, key),
  }));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldOf = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** `*` stands for one key or place. */
function matches(field: readonly string[], place: Place): boolean {
  if (place?.depth !== field.length) return false;
  const keys = keysOf(place);
  return field.every((part, at) => part === '*' || part === String(keys[at]));
}

function keysOf(place: Place): Key[] {
  const keys: Key[] = [];
  for (let at = place; at; at = at.in) keys.push(at.key);
  return keys.reverse();
}

const written = (path: readonly Key[]): string =>
  path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`))
    .join('');

function firstPlace(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function excerpt(text: string, at: number): string {
  const from = Math.max(0, at - BEFORE);
  const to = from + EXCERPT;
  const part = JSON.stringify(text.slice(from, to).toWellFormed());
  return `${from > 0 ? '…' : ''}${part}${to < text.length ? '…' : ''}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
}

/** By the roles and types that the providers' APIs give to what a conversation consists of. */
const PARTS: ReadonlyMap<string, RequestPart> = new Map([
  ['user', 'the prompt'],
  ['system', 'the prompt'],
  ['developer', 'the prompt'],
  ['instructions', 'the prompt'],
  ['systemInstruction', 'the prompt'],
  ['assistant', 'the answer of the model'],
  ['model', 'the answer of the model'],
  ['reasoning', 'the answer of the model'],
  ['function_call', 'the answer of the model'],
  ['custom_tool_call', 'the answer of the model'],
  ['local_shell_call', 'the answer of the model'],
  ['apply_patch_call', 'the answer of the model'],
  ['tool_use', 'the answer of the model'],
  ['functionCall', 'the answer of the model'],
  ['tool', 'the output of a tool'],
  ['function_call_output', 'the output of a tool'],
  ['custom_tool_call_output', 'the output of a tool'],
  ['local_shell_call_output', 'the output of a tool'],
  ['apply_patch_call_output', 'the output of a tool'],
  ['tool_result', 'the output of a tool'],
  ['functionResponse', 'the output of a tool'],
]);

/** The innermost part that has a name; a field named after one counts where it is on the way. */
function partOf(request: unknown, path: readonly Key[]): RequestPart {
  const [first] = path;
  if (first === 'tools' || first === 'functions') return 'the list of tools';
  let part: RequestPart = 'the request';
  let value = request;
  for (const [at, key] of path.entries()) {
    // `model` is a field of the request as well as a role.
    if (!(key === 'model' && at === 0)) part = PARTS.get(String(key)) ?? part;
    value = isObject(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
    if (!isObject(value)) continue;
    for (const kind of [value.role, value.type])
      if (typeof kind === 'string') part = PARTS.get(kind) ?? part;
  }
  return part;
}
