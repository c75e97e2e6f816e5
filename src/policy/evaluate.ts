/** One question to Cedar, under given approvals. */
import {
  isAuthorized,
  statefulIsAuthorized,
  type TypeAndId,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { Approvals } from '../core/approvals/approvals.ts';
import { leanRecord } from './lean.ts';
import type { PolicySet } from './load.ts';
import type { Policy } from './policy.ts';
import { approvalsValue, type Request } from './request.ts';

export type Evaluation =
  /** `policies`: those that determined it; none where nothing permits. */
  | { decision: 'allow' | 'deny'; policies: string[] }
  /** Cedar could not answer, or a policy failed while it was looked at: neither is an answer. */
  | { decision: 'error'; problem: string };

export function evaluate(set: PolicySet, request: Request, approvals: Approvals): Evaluation {
  const asking = set.actions.get(request.action);
  if (!asking)
    return { decision: 'error', problem: `the policy schema has no action "${request.action}"` };
  const { handle, reads } = asking;
  const { action, principal, resource } = request;
  const context = { ...request.context, approvals: approvalsValue(approvals) };
  const answer = statefulIsAuthorized({
    principal: principal.uid,
    action: { type: 'Action', id: action },
    resource: resource.uid,
    context: reads.whole.has('context') ? context : leanRecord(context, reads),
    entities: [
      { ...principal, attrs: leanRecord(principal.attrs, reads) },
      { ...resource, attrs: leanRecord(resource.attrs, reads), parents: ancestors(set, request) },
    ],
    preparsedPolicySetId: handle,
    preparsedSchemaName: handle,
    validateRequest: true,
  });
  if (answer.type === 'failure')
    return { decision: 'error', problem: answer.errors.map(error => error.message).join('; ') };
  const { decision, diagnostics } = answer.response;
  // Cedar leaves a policy that fails out of the answer; a forbid left out would open the door.
  if (diagnostics.errors.length > 0) {
    const problems = diagnostics.errors.map(e => `policy ${e.policyId}: ${e.error.message}`);
    return { decision: 'error', problem: problems.join('; ') };
  }
  return { decision, policies: diagnostics.reason.toSorted() };
}

/** Whether one policy by itself applies to the request, whatever it then says; for explaining. */
export function applies({ json }: Policy, request: Request, approvals: Approvals): boolean {
  const { action, principal, resource } = request;
  const answer = isAuthorized({
    principal: principal.uid,
    action: { type: 'Action', id: action },
    resource: resource.uid,
    context: { ...request.context, approvals: approvalsValue(approvals) },
    entities: [principal, resource],
    policies: { staticPolicies: { policy: { ...json, effect: 'permit' } } },
    validateRequest: false,
  });
  return answer.type === 'success' && answer.response.decision === 'allow';
}

/** Approvals as if everyone had approved: what would change the answer of a policy that asks. */
export const saturatedApprovals = (set: PolicySet): Approvals => ({
  count: 1_000_000,
  maintainers: 1_000_000,
  teams: set.teams,
  codeowners: true,
  vetoed: false,
});

/** The resource's ancestors that any policy names; Cedar takes time over each. */
export const ancestors = (set: PolicySet, { resource }: Request): TypeAndId[] =>
  resource.parents.filter(({ type, id }) => set.named.has(`${type}::${id}`));
