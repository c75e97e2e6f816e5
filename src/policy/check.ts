/** Policy texts → policies, checked against the schema, with every fault at its place. */
import {
  type DetailedError,
  policySetTextToParts,
  policyToJson,
  type SchemaJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { cedarFault, type Fault, placeAt } from './fault.ts';
import { type Policy, readPolicy } from './policy.ts';
import { unknownWords, type Vocabulary } from './words.ts';

export type PolicyText = { name: string; text: string };

type Placed = { policy: Policy; file: string; line: number; column: number };
export type CheckedText = { policies: Placed[]; faults: Fault[] };

/** Reads one text, or says everything that is wrong with it. */
export function readText(
  { name, text }: PolicyText,
  schema: SchemaJson<string>,
  vocabulary: Vocabulary,
): CheckedText {
  const errors = cedarErrors(text, schema);
  if (errors.length > 0)
    return { policies: [], faults: errors.map(error => cedarFault(name, text, error)) };
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure')
    return { policies: [], faults: parts.errors.map(error => cedarFault(name, text, error)) };
  const read: CheckedText = { policies: [], faults: [] };
  const searchFrom = new Map<string, number>();
  for (const part of parts.policies) {
    const start = text.indexOf(part, searchFrom.get(part) ?? 0);
    searchFrom.set(part, start + part.length);
    const place = placeAt(text, start);
    const json = policyToJson(part);
    if (json.type === 'failure') {
      read.faults.push(...json.errors.map(error => cedarFault(name, text, error)));
      continue;
    }
    for (const { word, problem } of unknownWords(json.json, vocabulary)) {
      const at = start + Math.max(0, part.indexOf(JSON.stringify(word)));
      read.faults.push({ file: name, ...placeAt(text, at), message: problem });
    }
    const result = readPolicy(json.json);
    if ('policy' in result) read.policies.push({ policy: result.policy, file: name, ...place });
    else read.faults.push(...result.problems.map(message => ({ file: name, ...place, message })));
  }
  return read;
}

/** What follows from another error of the same policy, and only repeats it. */
const FOLLOWS = 'unable to find an applicable action';

/** Cedar's errors; its warnings (a policy that can never apply, mixed scripts) are errors here too. */
function cedarErrors(text: string, schema: SchemaJson<string>): DetailedError[] {
  const checked = validate({ schema, policies: { staticPolicies: text } });
  if (checked.type === 'failure') return checked.errors;
  const all = [...checked.validationErrors, ...checked.validationWarnings];
  const first = (policyId: string) => all.find(other => other.policyId === policyId);
  return all
    .filter(each => first(each.policyId) === each || checked.validationErrors.includes(each))
    .filter(each => first(each.policyId) === each || !each.error.message.includes(FOLLOWS))
    .map(({ error }) => error);
}

/** An @id that stands twice, in whatever texts. */
export function duplicates(files: CheckedText[]): Fault[] {
  const first = new Map<string, Placed>();
  const faults: Fault[] = [];
  for (const placed of files.flatMap(file => file.policies)) {
    const { policy, file, line, column } = placed;
    const other = first.get(policy.id);
    if (!other) first.set(policy.id, placed);
    else {
      const message = `@id("${policy.id}") stands in ${other.file}:${other.line} already`;
      faults.push({ file, line, column, message });
    }
  }
  return faults;
}
