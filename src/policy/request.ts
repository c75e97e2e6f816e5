/** Facts → the request that Cedar is asked. */
import type { CedarValueJson, Context } from '@cedar-policy/cedar-wasm/nodejs';
import type { Approvals } from '../core/approvals/approvals.ts';
import { foldCase } from '../core/paths/fold-path.ts';
import { NOTHING_SPENT, type TaskSpend } from '../core/task/views/task-spend.ts';
import { pathResource, profileNamesPath, ranResources } from './actions/calls.ts';
import type { Facts } from './facts.ts';
import { type Entity, type Subject, uid } from './question.ts';
import { profileNames, resourceOf } from './resource.ts';
import { effectiveTrust, trustLevel } from './trust.ts';

/** Everything but the approvals, which are added when it is asked. */
export type CedarRequest = {
  action: string;
  principal: Entity;
  resource: Entity;
  /** The resource as people name it. */
  name: string;
  context: Context;
};

export function requestOf(facts: Facts): CedarRequest {
  const { entity, name } = resourceOf(facts);
  const principal = principalOf(facts);
  const { approvals: _a, mode: _m, requester: _r, taint: _t, spent: _s, ...own } = facts.context;
  const named = 'step' in own || facts.action === 'file.write';
  const context = {
    ...commonContext(facts),
    ...own,
    ...('startedBy' in own ? { base: own.base ?? { name: '', default: true } } : {}),
    ...('step' in own ? { fork: own.fork ?? false } : {}),
    ...('authors' in own && own.authors ? { authors: own.authors.map(workerValue) } : {}),
    // Of what was asked before these were facts, nothing is known to have proved it, or to have blocked it.
    ...('reproduced' in own ? { proof: own.proof ?? [], unpassed: own.unpassed ?? [] } : {}),
    ...('checks' in own ? { checks: { expected: [], overdue: false, ...own.checks } } : {}),
    ...('listed' in own ? { listed: own.listed.map(foldCase) } : {}),
    ...(named ? { named: profileNames(facts.subject, facts.resource) } : {}),
  };
  return { action: facts.action, principal, resource: entity, name, context };
}

/** Where a change is asked about: one `file.write` for each path that it touches, in the same circumstances. */
export function pathRequests(facts: Facts): CedarRequest[] {
  if (!('paths' in facts)) return [];
  const principal = principalOf(facts);
  const common = commonContext(facts);
  return facts.paths.map(({ path, findings }) => {
    const { entity, name } = pathResource(path);
    const context = { ...common, findings, named: profileNamesPath(facts.subject, path) };
    return { action: 'file.write', principal, resource: entity, name, context };
  });
}

/** Where a command runs others besides, as npx does: each of them, in the same circumstances. */
export function ranRequests(facts: Facts): CedarRequest[] {
  if (facts.action !== 'command.exec' || !facts.resource.runs) return [];
  const whole = requestOf(facts);
  return ranResources(facts.resource).map(({ entity, name }) => ({
    ...whole,
    resource: entity,
    name,
  }));
}

/** Where a run starts in a role that the repository has written itself: whether that role may be used. */
export function roleRequests(facts: Facts): CedarRequest[] {
  const { ownRole } = facts.subject;
  if (facts.action !== 'run.start' || ownRole === undefined) return [];
  return [requestOf({ ...facts, action: 'role.use', resource: { kind: 'role', name: ownRole } })];
}

/** Approvals as the schema has them. */
export const approvalsValue = (approvals: Approvals): CedarValueJson => ({
  ...approvals,
  teams: approvals.teams.map(slug => ({ __entity: uid('Team', slug) })),
});

function principalOf({ subject, context }: Facts): Entity {
  const { name, role, adapter, model, trust, repositoryConfig = false, ownRole = '' } = subject;
  const attrs = {
    role,
    adapter,
    model: model ?? '',
    trust: trustLevel(effectiveTrust(trust, context.taint)),
    grantedTrust: trustLevel(trust),
    repositoryConfig,
    ownRole,
  };
  return { uid: uid('AgentProfile', name), attrs, parents: [] };
}

/** What every context begins with, but for the approvals. */
function commonContext({ gate, context, subject, repository }: Facts): Context {
  const { mode, requester, taint, spent } = context;
  const owner = foldCase(repository.owner);
  return {
    gate,
    mode,
    repository: {
      id: repository.id,
      owner,
      name: `${owner}/${foldCase(repository.name)}`,
      archived: repository.archived,
    },
    requester: requesterValue(subject, requester),
    taint: { tainted: taint.length > 0, sources: taint },
    // Of what was asked before it was a fact, nothing is known.
    spent: spentValue(spent ?? NOTHING_SPENT),
  };
}

const NANO_PER_CENT = 10_000_000;
const MS_PER_MINUTE = 60_000;

/** Cedar has whole numbers only: what has begun counts. */
const spentValue = ({ nanoUsd, ms, ...rest }: TaskSpend): CedarValueJson => ({
  ...rest,
  cents: Math.ceil(nanoUsd / NANO_PER_CENT),
  minutes: Math.ceil(ms / MS_PER_MINUTE),
});

const workerValue = ({ adapter, model }: { adapter: string; model: string | null }) => ({
  adapter,
  model: model ?? '',
});

/** In place of a person's id. Another attribute would be in the way of policies that compare the whole record. */
const REVOKED = -1;

const requesterValue = (
  { person }: Subject,
  { role, project = '', revoked }: Facts['context']['requester'],
): CedarValueJson => ({
  id: revoked ? REVOKED : (person?.id ?? 0),
  login: foldCase(person?.login ?? ''),
  role,
  project,
});
