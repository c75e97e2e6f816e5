/** A pull request may change policy: then it is examined, once for each delivery that is about it. */
import type { Repository } from '../../core/actor.ts';
import { touchedPaths } from '../../core/change.ts';
import { foldPath } from '../../core/fold-path.ts';
import type { Dependencies, Intake } from '../dependencies.ts';
import { isRulePath } from '../policies/rule-files.ts';
import { sendToDelivery } from './intake.ts';

export async function onPolicyChange(
  intake: Intake,
  { repository, pull: number }: { repository: Repository; pull: number },
): Promise<string> {
  const { facts } = intake.github;
  const [pull, base] = await Promise.all([
    facts.pull(repository, number),
    facts.defaultBranch(repository),
  ]);
  if (pull.state === 'closed') return 'the pull request is closed';
  // Policy is what the default branch says: another branch's files decide nothing.
  if (pull.base.ref !== base.ref) return 'not about the default branch';
  const source = { repository, remote: await facts.remote(repository, 'read') };
  const { entries } = await intake.workspaces.compare(source, pull.base.sha, pull.head.sha);
  const paths = touchedPaths(entries).filter(path => isPolicy(intake, repository, path));
  if (paths.length === 0) return 'no change of policy';
  const data = { repository, pull: number, head: pull.head.sha, paths };
  const handled = await sendToDelivery(intake, { type: 'examine', data }, null);
  return handled.ok ? `examining ${paths.join(', ')}` : handled.refusal.message;
}

function isPolicy(
  { settings }: Pick<Dependencies, 'settings'>,
  repository: Repository,
  path: string,
): boolean {
  return (
    isRulePath(path) ||
    (isPolicyRepository(settings, repository) && foldPath(path).startsWith('policies/'))
  );
}

export const isPolicyRepository = (
  { policyRepository }: Dependencies['settings'],
  { owner, name }: Repository,
): boolean => policyRepository?.name.toLowerCase() === `${owner}/${name}`.toLowerCase();
