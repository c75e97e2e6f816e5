/**
 * The answers for every path of a change. Paths that no policy of the set can tell apart are asked
 * once: in a change of a thousand files, few differ in anything that a policy reads.
 */
import type { Approvals } from '../core/approvals/approvals.ts';
import { type Answer, answer } from './answer.ts';
import { ancestors } from './evaluate.ts';
import type { PolicySet } from './load.ts';
import { readsAttribute } from './policy.ts';
import type { Request } from './request.ts';

export function answerPaths(set: PolicySet, requests: Request[], approvals: Approvals): Answer[] {
  const policies = [...set.policies.values()];
  const read = ['path', 'file'].filter(name => policies.some(p => readsAttribute(p, name)));
  const answers = new Map<string, Answer>();
  return requests.map(request => {
    const key = distinction(set, request, read);
    const known = answers.get(key) ?? answer(set, request, approvals);
    answers.set(key, known);
    return { ...known, name: request.name };
  });
}

/** All of a path's request that a policy can see, as a text. */
function distinction(set: PolicySet, request: Request, read: string[]): string {
  const { uid, attrs } = request.resource;
  const self = set.named.has(`${uid.type}::${uid.id}`) ? uid.id : null;
  const above = ancestors(set, request).map(({ id }) => id);
  return JSON.stringify([self, above, request.context, read.map(name => attrs[name])]);
}
