/** Policy texts → policies, checked against the schema, with every fault at its place. */
import type { DetailedError, PolicyJson, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { askedOf, cedar } from './cedar.ts';
import { cedarFault, type PolicyFault, placeAt } from './fault.ts';
import { type Policy, type PolicyOrigin, readPolicy } from './policy.ts';
import { unknownWords, type Vocabulary } from './vocabulary-check.ts';

export type PolicyText = {
  name: string;
  text: string;
  /** Absent: the deployment's. */
  origin?: PolicyOrigin;
};

type PlacedPolicy = { policy: Policy; column: number };
type CheckedText = { policies: PlacedPolicy[]; faults: PolicyFault[] };

/** Reads one text, or says everything that is wrong with it. */
export function readText(
  { name, text, origin }: PolicyText,
  schema: SchemaJson<string>,
  vocabulary: Vocabulary,
): CheckedText {
  const stopped = (message: string): CheckedText => ({
    policies: [],
    faults: [{ file: name, line: 1, column: 1, message }],
  });
  const checked = askedOf(() => cedarErrors(text, schema));
  if ('problem' in checked) return stopped(checked.problem);
  const errors = checked.answer;
  if (errors.length > 0)
    return { policies: [], faults: oneEach(errors.map(error => cedarFault(name, text, error))) };
  const split = askedOf(cedar => cedar.policySetTextToParts(text));
  if ('problem' in split) return stopped(split.problem);
  const parts = split.answer;
  if (parts.type === 'failure')
    return { policies: [], faults: parts.errors.map(error => cedarFault(name, text, error)) };
  const read: CheckedText = { policies: [], faults: [] };
  const searchFrom = new Map<string, number>();
  for (const part of parts.policies) {
    const start = text.indexOf(part, searchFrom.get(part) ?? 0);
    searchFrom.set(part, start + part.length);
    const place = placeAt(text, start);
    const fault = (at: string | null, message: string) => {
      const index = start + Math.max(0, at === null ? 0 : part.indexOf(at));
      read.faults.push({ file: name, ...placeAt(text, index), message });
    };
    const translated = askedOf(cedar => cedar.policyToJson(part));
    if ('problem' in translated) {
      fault(null, translated.problem);
      continue;
    }
    const json = translated.answer;
    if (json.type === 'failure') {
      read.faults.push(...json.errors.map(error => cedarFault(name, text, error)));
      continue;
    }
    const unusable = unusableBecause(json.json);
    if (unusable !== null) {
      fault(null, unusable);
      continue;
    }
    for (const { word, problem } of unknownWords(json.json, vocabulary))
      fault(JSON.stringify(word), problem);
    const result = readPolicy(json.json, { file: name, line: place.line }, origin ?? null);
    if ('policy' in result) read.policies.push({ policy: result.policy, column: place.column });
    else for (const { at, message } of result.problems) fault(at, message);
  }
  return read;
}

/** The engine is given policies as JSON, of which it reads fewer levels than of a text. */
function unusableBecause(json: PolicyJson): string | null {
  const tried = askedOf(cedar => cedar.checkParsePolicySet({ staticPolicies: { policy: json } }));
  if ('problem' in tried)
    return `is nested too deeply: of many alternatives make a set, as in \`resource in [A, B]\` (${tried.problem})`;
  return tried.answer.type === 'failure'
    ? tried.answer.errors.map(e => e.message).join('; ')
    : null;
}

/** Cedar faults a policy about several actions once for each; the first fault is enough. */
function oneEach(faults: PolicyFault[]): PolicyFault[] {
  const seen = new Set<string>();
  return faults.filter(({ line, column, message }) => {
    const text = `${line}:${column} ${message.replace(/Action::"[^"]*"/g, '')}`;
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** An error with this text follows from another error of the same policy, and adds nothing to it. */
const FOLLOWS = 'unable to find an applicable action';

/** Cedar's errors; its warnings (a policy that can never apply, mixed scripts) are errors here too. */
function cedarErrors(text: string, schema: SchemaJson<string>): DetailedError[] {
  const checked = cedar().validate({ schema, policies: { staticPolicies: text } });
  if (checked.type === 'failure') return checked.errors;
  const all = [...checked.validationErrors, ...checked.validationWarnings];
  const first = (policyId: string) => all.find(other => other.policyId === policyId);
  return all
    .filter(each => first(each.policyId) === each || checked.validationErrors.includes(each))
    .filter(each => first(each.policyId) === each || !each.error.message.includes(FOLLOWS))
    .map(({ error }) => error);
}

/** Every @id that is used twice, in one text or in two. */
export function duplicates(files: CheckedText[]): PolicyFault[] {
  const first = new Map<string, Policy>();
  const faults: PolicyFault[] = [];
  for (const { policy, column } of files.flatMap(file => file.policies)) {
    const { id, file, line } = policy;
    const other = first.get(id);
    if (!other) first.set(id, policy);
    else {
      const message = `@id("${id}") stands in ${other.file}:${other.line} already`;
      faults.push({ file, line, column, message });
    }
  }
  return faults;
}
