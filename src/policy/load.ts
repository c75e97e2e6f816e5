/**
 * Policy texts → a policy set that `decide` can ask. Everything is checked here: a set with any fault
 * is not a set.
 */
import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { Action, type Digest } from '../core/decision.ts';
import { boundsMet } from './bounds.ts';
import { askedOf, cedar, cedarNumber, countSet } from './cedar.ts';
import { duplicates, type PolicyText, readText } from './check.ts';
import { cedarFault, type PolicyFault } from './fault.ts';
import { mayConcern, type Policy } from './policy.ts';
import { type Namespace, prunedSchema, type Reads, readsOf } from './request-pruning.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary-check.ts';

type PolicySource = {
  schema: string;
  policies: PolicyText[];
  /** SHA-256 of a text. Sets are told apart by it. */
  digest: (text: string) => Digest;
};

export type PolicySet = {
  digest: Digest;
  /** The text that the digest is of: JSON of the schema and the policies, all that a set is. */
  text: string;
  /** The texts of its policies, by name: what the text is made of besides the schema. */
  texts: readonly PolicyText[];
  policies: ReadonlyMap<string, Policy>;
  /** Every entity that any policy names, as `Type::id`: no other ancestor can matter. */
  named: ReadonlySet<string>;
  /** The length of the longest id among them: a longer one need not be looked for. */
  longestNamed: number;
  /** Every team among them. */
  teams: string[];
  /** Whether any policy asks for the code owners' approval. */
  asksCodeowners: boolean;
  /** What each action of the schema is asked with. */
  actions: ReadonlyMap<string, PreparedAction>;
  /** What further texts are checked against. */
  schema: CheckedSchema;
  digestOf: (text: string) => Digest;
  /** Policies in observe mode: what they would answer is recorded, and nothing is enforced by it. */
  observed: PolicySet | null;
};

/** Sets with what is observed beside them: one object each, because answers are kept by it. */
const observing = new WeakMap<PolicySet, WeakMap<PolicySet, PolicySet>>();

/** The set as it is enforced, with other policies observed beside it. */
export function withObserved(set: PolicySet, observed: PolicySet | null): PolicySet {
  if (observed === null) return set;
  const known = observing.get(set) ?? new WeakMap<PolicySet, PolicySet>();
  observing.set(set, known);
  const before = known.get(observed);
  if (before) return before;
  const joined = { ...set, observed };
  known.set(observed, joined);
  return joined;
}

/** All texts by which a decision of this set can be taken again. */
export const keptTexts = ({ text, observed }: PolicySet): string[] =>
  observed === null ? [text] : [text, observed.text];

export type CheckedSchema = {
  json: SchemaJson<string>;
  namespace: Namespace;
  vocabulary: Vocabulary;
};

/** How one action is asked about. */
export type PreparedAction = {
  /** What the policies that can concern it read. */
  reads: Reads;
  /**
   * Cedar's name for these policies and their schema, made ready at the first question: a process
   * asks about few of the actions. The policies were checked before; `problem` is for the rest.
   */
  handle: () => { name: string } | { problem: string };
};

export type Loaded = { ok: true; set: PolicySet } | { ok: false; faults: PolicyFault[] };

const SCHEMA_FILE = 'schema.cedarschema';

export function loadPolicies(source: PolicySource): Loaded {
  const schema = readSchema(source.schema);
  return 'faults' in schema
    ? refuse(schema.faults)
    : loadChecked(source, checkTexts(source.policies, schema), schema);
}

/** The same, where its texts were checked before. */
export function loadChecked(source: PolicySource, checked: Checked, schema: CheckedSchema): Loaded {
  if (!checked.ok) return checked;
  const { policies } = checked;
  if (policies.length === 0)
    return refuse([{ file: 'policies', line: 1, column: 1, message: 'there is no policy in it' }]);
  return prepare(source, policies, schema, null);
}

/** All that was read of texts, or every fault. It holds data alone, so that it can be read elsewhere. */
export type Checked = { ok: true; policies: Policy[] } | { ok: false; faults: PolicyFault[] };

/** `SCHEMA_FILE`'s text, made ready to check texts against. */
export function readSchema(schema: string): CheckedSchema | { faults: PolicyFault[] } {
  const read = cedar().schemaToJson(schema);
  if (read.type === 'failure')
    return { faults: read.errors.map(error => cedarFault(SCHEMA_FILE, schema, error)) };
  const namespace = read.json[''] ?? { entityTypes: {}, actions: {} };
  return { json: read.json, namespace, vocabulary: vocabularyOf(namespace) };
}

export function checkTexts(
  texts: readonly PolicyText[],
  { json, vocabulary }: CheckedSchema,
): Checked {
  const files = texts.map(file => readText(file, json, vocabulary));
  const faults = [...files.flatMap(file => file.faults), ...duplicates(files)];
  if (faults.length > 0) return { ok: false, faults };
  const policies = files.flatMap(file => file.policies.map(({ policy }) => policy));
  const others = policies.filter(({ id }) => id.includes(':'));
  const tooMuch = boundsMet(others);
  if (tooMuch === null) return { ok: true, policies };
  const file = others[0]?.file ?? '';
  return { ok: false, faults: [{ file, line: 1, column: 1, message: tooMuch }] };
}

/** Loads a set again from the text that was kept by its digest. */
export function loadKept(text: string, digest: PolicySource['digest']): Loaded {
  const { schema, policies } = JSON.parse(text) as Omit<PolicySource, 'digest'>;
  return loadPolicies({ schema, policies, digest });
}

/**
 * The set with further texts: a repository's, which only forbid. Their ids are unlike any other, and
 * what they don't concern is asked as before, so this is much quicker than loading a set.
 */
export const withTexts = (set: PolicySet, texts: PolicyText[]): Loaded =>
  withChecked(set, texts, checkTexts(texts, set.schema));

/** The same, where the texts were checked before. */
export function withChecked(set: PolicySet, texts: PolicyText[], checked: Checked): Loaded {
  if (!checked.ok) return checked;
  const taken = checked.policies.filter(({ id }) => set.policies.has(id));
  if (taken.length > 0)
    return refuse(
      taken.map(({ id, file, line }) => {
        const message = `@id("${id}") stands in ${set.policies.get(id)?.file} already`;
        return { file, line, column: 1, message };
      }),
    );
  const { schema } = JSON.parse(set.text) as Pick<PolicySource, 'schema'>;
  const joined = { schema, policies: [...set.texts, ...texts], digest: set.digestOf };
  return prepare(joined, checked.policies, set.schema, set);
}

const refuse = (faults: PolicyFault[]): Loaded => ({ ok: false, faults });

/** `base`: what `added` come on top of. */
function prepare(
  source: PolicySource,
  added: Policy[],
  checked: CheckedSchema,
  base: PolicySet | null,
): Loaded {
  const { schema, digest: digestOf } = source;
  const policies = new Map([...(base?.policies ?? []), ...added.map(p => [p.id, p] as const)]);
  const { namespace } = checked;
  const texts = source.policies
    .map(({ name, text, origin }) => ({ name, text, ...(origin ? { origin } : {}) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const text = JSON.stringify({ schema, policies: texts });
  const digest = digestOf(text);
  const actions = new Map<string, PreparedAction>();
  const groups = groupsOf(namespace);
  for (const action of Action.options.filter(action => action in namespace.actions)) {
    const before = base?.actions.get(action);
    if (before && !added.some(policy => mayConcern(policy, action, groups))) {
      actions.set(action, before);
      continue;
    }
    // Cedar looks at every policy of a set; those of other actions only cost time.
    const concerned = [...policies.values()].filter(policy => mayConcern(policy, action, groups));
    const reads = readsOf(concerned.map(({ json }) => json));
    // Named by the text's digest: another set can't be asked by mistake.
    const name = `${digest}/${action}`;
    const pruned = () => prunedSchema(namespace, action, reads);
    const handle = onceEach(() => makeReady(name, concerned, pruned()));
    actions.set(action, { reads, handle });
  }
  const entities = [...policies.values()].flatMap(policy => policy.entities);
  const named = new Set(entities.map(({ type, id }) => `${type}::${id}`));
  const teams = [...new Set(entities.filter(e => e.type === 'Team').map(({ id }) => id))];
  const asksCodeowners = [...policies.values()].some(p => p.attributes.has('codeowners'));
  const longestNamed = entities.reduce((most, { id }) => Math.max(most, id.length), 0);
  const summary = { named, longestNamed, teams, asksCodeowners };
  const kept = { digest, text, texts, policies, ...summary, actions, schema: checked, digestOf };
  return { ok: true, set: { ...kept, observed: null } };
}

function makeReady(
  name: string,
  policies: Policy[],
  schema: SchemaJson<string>,
): ReturnType<PreparedAction['handle']> {
  const staticPolicies = Object.fromEntries(policies.map(({ id, json }) => [id, json]));
  countSet();
  const asked = askedOf(cedar => [
    cedar.preparsePolicySet(name, { staticPolicies }),
    cedar.preparseSchema(name, schema),
  ]);
  if ('problem' in asked) return asked;
  const errors = asked.answer.flatMap(answer => (answer.type === 'failure' ? answer.errors : []));
  return errors.length > 0 ? { problem: errors.map(e => e.message).join('; ') } : { name };
}

/** Made once for each instance of Cedar: a new one knows nothing of what the one before was given. */
function onceEach<T extends object>(make: () => T): () => T {
  let made: { by: number; it: T } | null = null;
  return () => {
    if (made?.by === cedarNumber()) return made.it;
    const it = make();
    made = { by: cedarNumber(), it };
    return it;
  };
}

/** Actions that other actions are members of. */
const groupsOf = (namespace: Namespace): Set<string> =>
  new Set(Object.values(namespace.actions).flatMap(a => (a.memberOf ?? []).map(({ id }) => id)));
