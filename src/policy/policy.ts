/** One policy, with what its annotations say to people. */
import type { PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { didYouMean } from '../core/nearest.ts';
import type { Json } from './expression.ts';
import { foldPolicy } from './fold-policy.ts';
import { MOST_COMMAND_WORDS } from './question.ts';
import { readsOf } from './request-pruning.ts';

export type Policy = {
  id: string;
  effect: 'permit' | 'forbid';
  reason: string;
  /** Who may approve, as text for people; empty where no approval changes its answer. */
  approvers: string[];
  quorum: number;
  /** For how many hours an approval that it asks for holds; `null`: the usual 24. */
  expiresHours: number | null;
  /** Where it begins. */
  file: string;
  line: number;
  /** Whether its conditions look at approvals at all. */
  asksApproval: boolean;
  /** Whether its answer may differ between two paths. */
  dependsOnPath: boolean;
  /** The attributes that it reads, whatever they are attributes of. */
  attributes: ReadonlySet<string>;
  /** The entities that it names, but for actions. */
  entities: readonly TypeAndId[];
  json: PolicyJson;
};

const ANNOTATIONS = ['id', 'reason', 'approvers', 'quorum', 'expires_hours'];

/** `at`: the text of the policy that it is about; `null`: the policy as a whole. */
type AnnotationProblem = { at: string | null; message: string };
type PolicyPlace = { file: string; line: number };

/** Where a policy that is not the deployment's comes from; its id begins with it, and it may only forbid. */
export type PolicyOrigin = 'repository' | 'configuration';

/** Reads the annotations, or says everything that is wrong with them. */
export function readPolicy(
  json: PolicyJson,
  place: PolicyPlace,
  origin: PolicyOrigin | null,
): { policy: Policy } | { problems: AnnotationProblem[] } {
  const notes: Record<string, string | undefined> = json.annotations ?? {};
  const { id = '', reason = '', approvers, quorum, expires_hours: hours } = notes;
  const asksApproval = JSON.stringify(json.conditions).includes('"approvals"');
  const problems: AnnotationProblem[] = Object.keys(notes)
    .filter(name => !ANNOTATIONS.includes(name))
    .map(name => ({ at: `@${name}`, message: `unknown annotation @${name}${known(name)}` }));
  const problem = (at: string | null, message: string) => problems.push({ at, message });
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id))
    problem('@id', 'needs @id("…"): lower-case letters, digits and hyphens, at most 64');
  if (reason.trim() === '')
    problem('@reason', 'needs @reason("…"): what people are told when it decides');
  if (asksApproval && !approvers?.trim())
    problem(
      '@approvers',
      'reads context.approvals, so it needs @approvers("…"): who may approve, for people',
    );
  if (quorum !== undefined && !/^[1-9]\d?$/.test(quorum))
    problem('@quorum', `@quorum is the number of approvals it takes, 1 to 99, not "${quorum}"`);
  if (hours !== undefined && !/^[1-9]\d{0,2}$/.test(hours))
    problem(
      '@expires_hours',
      `@expires_hours is how long an approval stands, 1 to 999 hours, not "${hours}"`,
    );
  if (origin !== null && json.effect === 'permit')
    problem(
      'permit',
      'a repository may only forbid: what is permitted is for the deployment to say',
    );
  if (hasLargeNumber(json.conditions as unknown as Json))
    problem(
      null,
      `compares with a number beyond ±${Number.MAX_SAFE_INTEGER}, which is not kept exactly`,
    );
  const folded = foldPolicy(json);
  const entities = entitiesNamed(folded);
  const long = entities.find(({ type, id }) => type === 'Command' && isTooLong(id));
  if (long)
    problem(
      JSON.stringify(long.id),
      `names more than the first ${MOST_COMMAND_WORDS} words of a command: name fewer`,
    );
  if (problems.length > 0) return { problems };
  const text = JSON.stringify([json.resource, json.conditions]);
  return {
    policy: {
      id: origin === null ? id : `${origin}:${id}`,
      ...place,
      effect: json.effect,
      reason: reason.trim(),
      approvers: approvers ? approvers.split(',').map(name => name.trim()) : [],
      quorum: asksApproval ? Number(quorum ?? 1) : 0,
      expiresHours: asksApproval && hours !== undefined ? Number(hours) : null,
      asksApproval,
      dependsOnPath: /"attr":"(path|file|named|findings)"|"type":"Path"/.test(text),
      attributes: readsOf([folded]).mentioned,
      entities,
      json: folded,
    },
  };
}

/** No command would be told to be in it. */
const isTooLong = (command: string): boolean => command.split(' ').length > MOST_COMMAND_WORDS;

const known = (name: string): string =>
  didYouMean(name, ANNOTATIONS) || ` (known: ${ANNOTATIONS.map(each => `@${each}`).join(', ')})`;

/** JSON's numbers lose digits there, so the policy that decides would not be the one that was written. */
function hasLargeNumber(json: Json): boolean {
  if (typeof json === 'number') return !Number.isSafeInteger(json);
  if (json === null || typeof json !== 'object') return false;
  return Object.values(json).some(hasLargeNumber);
}

/** Whether a request for `action` could match the policy's scope; true wherever that is not sure. */
export function mayConcern(policy: Policy, action: string, groups: ReadonlySet<string>): boolean {
  const scope = policy.json.action;
  if (scope.op === 'All') return true;
  const listed = 'entities' in scope ? scope.entities : 'entity' in scope ? [scope.entity] : [];
  return listed.some(entity => {
    const { id } = '__entity' in entity ? entity.__entity : entity;
    return id === action || groups.has(id);
  });
}

function entitiesNamed({ principal, resource, conditions }: PolicyJson): TypeAndId[] {
  const named: TypeAndId[] = [];
  const visit = (json: Json): void => {
    if (Array.isArray(json)) return json.forEach(visit);
    if (json === null || typeof json !== 'object') return;
    const { type, id } = json;
    if (typeof type === 'string' && typeof id === 'string') named.push({ type, id });
    else Object.values(json).forEach(visit);
  };
  visit([principal, resource, conditions] as unknown as Json);
  return named;
}
