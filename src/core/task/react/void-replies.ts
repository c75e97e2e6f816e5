/** Who is told that a request is void: each once, and nothing that contradicts it. */
import type { Effect } from '../../effect.ts';
import type { Answered, DataOf, TaskState } from '../state/state.ts';

/** Who approved on GitHub before it was void, and was not told yet whether that counts. */
export function unjudged(
  { approvals, answers }: TaskState,
  { approval, by }: DataOf<'approval.voided'>,
): Answered[] {
  const { counted = [], refused = [] } = approvals.find(({ id }) => id === approval) ?? {};
  const told = new Set([...by, ...[...counted, ...refused].map(given => given.by)].map(p => p.id));
  return answers.filter(
    given =>
      given.approval === approval &&
      given.says === 'approve' &&
      given.revoked === null &&
      given.target !== null &&
      !told.has(given.by.id),
  );
}

/** Whoever is told that their approval is void is not told after that that it counts. */
export const endsWithVoid = (
  { approval, by }: DataOf<'approval.voided'>,
  effect: Effect,
): boolean =>
  effect.kind === 'reply' &&
  effect.reply.code === 'approval_counted' &&
  effect.reply.login === by[0]?.login &&
  effect.key.endsWith(`-${approval}`);
