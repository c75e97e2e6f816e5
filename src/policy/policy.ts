/** One policy, with what its annotations say to people. */
import type { PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Json } from './expression.ts';
import { foldPolicy } from './fold-policy.ts';

export type Policy = {
  id: string;
  effect: 'permit' | 'forbid';
  reason: string;
  /** Who may approve, as text for people; empty where no approval changes its answer. */
  approvers: string[];
  quorum: number;
  /** Whether its conditions look at approvals at all. */
  asksApproval: boolean;
  /** Whether it may say one thing of one path and another of the next. */
  tellsPathsApart: boolean;
  json: PolicyJson;
};

const ANNOTATIONS = new Set(['id', 'reason', 'approvers', 'quorum']);

/** Reads the annotations, or says everything that is wrong with them. */
export function readPolicy(json: PolicyJson): { policy: Policy } | { problems: string[] } {
  const notes: Record<string, string | undefined> = json.annotations ?? {};
  const { id = '', reason = '', approvers, quorum } = notes;
  const asksApproval = JSON.stringify(json.conditions).includes('"approvals"');
  const problems = Object.keys(notes)
    .filter(name => !ANNOTATIONS.has(name))
    .map(name => `unknown annotation @${name} (known: @id, @reason, @approvers, @quorum)`);
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id))
    problems.push('needs @id("…"): lower-case letters, digits and hyphens, at most 64');
  if (reason.trim() === '')
    problems.push('needs @reason("…"): what people are told when it decides');
  if (asksApproval && !approvers?.trim())
    problems.push(
      'reads context.approvals, so it needs @approvers("…"): who may approve, for people',
    );
  if (quorum !== undefined && !/^[1-9]\d?$/.test(quorum))
    problems.push(`@quorum is the number of approvals it takes, 1 to 99, not "${quorum}"`);
  if (hasLargeNumber(json.conditions as unknown as Json))
    problems.push(
      `compares with a number beyond ±${Number.MAX_SAFE_INTEGER}, which is not kept exactly`,
    );
  if (problems.length > 0) return { problems };
  const text = JSON.stringify([json.resource, json.conditions]);
  return {
    policy: {
      id,
      effect: json.effect,
      reason: reason.trim(),
      approvers: approvers ? approvers.split(',').map(name => name.trim()) : [],
      quorum: asksApproval ? Number(quorum ?? 1) : 0,
      asksApproval,
      tellsPathsApart: /"attr":"(path|file|named|findings)"|"type":"Path"/.test(text),
      json: foldPolicy(json),
    },
  };
}

/** JSON's numbers lose digits there: the policy that is asked would not be the one that was written. */
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

/** The entities that the policy names, but for actions. */
export function entitiesNamed(policy: Policy): TypeAndId[] {
  const named: TypeAndId[] = [];
  const visit = (json: Json): void => {
    if (Array.isArray(json)) return json.forEach(visit);
    if (json === null || typeof json !== 'object') return;
    const { type, id } = json;
    if (typeof type === 'string' && typeof id === 'string') named.push({ type, id });
    else Object.values(json).forEach(visit);
  };
  const { principal, resource, conditions } = policy.json;
  visit([principal, resource, conditions] as unknown as Json);
  return named;
}

/** Whether the policy reads an attribute of this name, of anything. */
export const readsAttribute = (policy: Policy, name: string): boolean =>
  JSON.stringify(policy.json.conditions).includes(`"attr":${JSON.stringify(name)}`);
