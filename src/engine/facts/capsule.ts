/** What is approved, put together from what was collected. */
import { type Capsule, capsuleText } from '../../core/approvals/capsule.ts';
import type { Digest } from '../../core/decision.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import { resourceOf } from '../../policy/resource.ts';
import { digestOf } from '../chain.ts';
import type { CollectedFacts } from './collected.ts';

export function capsuleOf(
  task: string,
  state: TaskState,
  { facts, content }: Pick<CollectedFacts, 'facts' | 'content'>,
  policy: Capsule['policy'],
): { capsule: Capsule; digest: Digest } {
  const { tree, base, head, question } = content;
  const capsule: Capsule = {
    repository: createdOf(state).repository.id,
    task,
    action: facts.action,
    resource: resourceOf(facts).name,
    tree,
    base: { ref: base.ref, sha: base.sha },
    head,
    policy,
    ...(question === null ? {} : { question }),
  };
  return { capsule, digest: digestOf(capsuleText(capsule)) };
}
