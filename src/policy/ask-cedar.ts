/** One question to Cedar, under given approvals. */
import type { Context, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Approvals } from '../core/approvals/approvals.ts';
import { askedOf } from './cedar.ts';
import type { PolicySet, PreparedAction } from './load.ts';
import type { Policy } from './policy.ts';
import type { Entity } from './question.ts';
import { approvalsValue, type CedarRequest } from './request.ts';
import { prunedRecord } from './request-pruning.ts';

type CedarResult =
  /** `policies`: those that determined it; none where nothing permits. */
  | { decision: 'allow' | 'deny'; policies: string[] }
  /** Cedar could not answer, or a policy failed while it was looked at: neither is an answer. */
  | { decision: 'error'; problem: string };

export function askCedar(set: PolicySet, request: CedarRequest, approvals: Approvals): CedarResult {
  const prepared = set.actions.get(request.action);
  if (!prepared)
    return { decision: 'error', problem: `the policy schema has no action "${request.action}"` };
  const handle = prepared.handle();
  if ('problem' in handle) return { decision: 'error', problem: handle.problem };
  const { context, principal, resource } = prunedRequest(set, prepared, request, approvals);
  const asked = askedOf(cedar =>
    cedar.statefulIsAuthorized({
      principal: principal.uid,
      action: { type: 'Action', id: request.action },
      resource: resource.uid,
      context,
      entities: [principal, resource],
      preparsedPolicySetId: handle.name,
      preparsedSchemaName: handle.name,
      validateRequest: true,
    }),
  );
  if ('problem' in asked) return { decision: 'error', problem: asked.problem };
  const { answer } = asked;
  if (answer.type === 'failure')
    return { decision: 'error', problem: answer.errors.map(error => error.message).join('; ') };
  const { decision, diagnostics } = answer.response;
  // Cedar ignores a policy that fails to evaluate, and an ignored forbid would allow the action.
  if (diagnostics.errors.length > 0) {
    const problems = diagnostics.errors.map(e => `policy ${e.policyId}: ${e.error.message}`);
    return { decision: 'error', problem: problems.join('; ') };
  }
  return { decision, policies: diagnostics.reason.toSorted() };
}

/** The parts of a request that some policy of its action reads: Cedar gets no more. */
function prunedRequest(
  set: PolicySet,
  { reads }: PreparedAction,
  { principal, resource, context: ownContext }: CedarRequest,
  approvals: Approvals,
): { context: Context; principal: Entity; resource: Entity } {
  const context = { ...ownContext, approvals: approvalsValue(approvals) };
  return {
    context: reads.whole.has('context') ? context : prunedRecord(context, reads),
    principal: { ...principal, attrs: prunedRecord(principal.attrs, reads) },
    resource: {
      uid: resource.uid,
      attrs: prunedRecord(resource.attrs, reads),
      // Each ancestor costs Cedar time, and only one that a policy names can matter.
      parents: resource.parents.filter(each => isNamed(set, each)),
      ...(resource.tags && { tags: resource.tags }),
    },
  };
}

const isNamed = (set: PolicySet, { type, id }: TypeAndId): boolean =>
  id.length <= set.longestNamed && set.named.has(`${type}::${id}`);

/**
 * All that the policies can see of a question, as a text: questions with the same text get the same
 * answer. The id of an entity is part of it only where some policy names that entity. `null`: the
 * schema has no such action.
 */
export function visibleText(
  set: PolicySet,
  request: CedarRequest,
  approvals: Approvals,
): string | null {
  const prepared = set.actions.get(request.action);
  if (!prepared) return null;
  const { context, principal, resource } = prunedRequest(set, prepared, request, approvals);
  const partsOf = ({ uid, attrs, parents, tags }: Entity) => [
    uid.type,
    isNamed(set, uid) ? uid.id : null,
    attrs,
    parents,
    tags,
  ];
  return JSON.stringify([request.action, context, partsOf(principal), partsOf(resource)]);
}

/** Whether one policy by itself applies to the request, whatever it then says; for explaining. */
export function applies({ json }: Policy, request: CedarRequest, approvals: Approvals): boolean {
  const { action, principal, resource } = request;
  const asked = askedOf(cedar =>
    cedar.isAuthorized({
      principal: principal.uid,
      action: { type: 'Action', id: action },
      resource: resource.uid,
      context: { ...request.context, approvals: approvalsValue(approvals) },
      entities: [principal, resource],
      policies: { staticPolicies: { policy: { ...json, effect: 'permit' } } },
      validateRequest: false,
    }),
  );
  if ('problem' in asked) return false;
  return asked.answer.type === 'success' && asked.answer.response.decision === 'allow';
}

/** Approvals as if everyone had approved: they satisfy every policy that an approval can satisfy. */
export const saturatedApprovals = (set: PolicySet): Approvals => ({
  count: 1_000_000,
  maintainers: 1_000_000,
  teams: set.teams,
  codeowners: true,
  vetoed: false,
});
