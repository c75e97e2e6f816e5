/** A pull request may change policy: then it is examined, once for each delivery that is about it. */
import type { Repository } from '../../../core/actor.ts';
import { foldPath } from '../../../core/paths/fold-path.ts';
import type { Dependencies, Intake } from '../../dependencies.ts';
import { isRulePath } from '../../policies/rule-files.ts';
import { sendToDelivery } from '../intake.ts';

export type PullHead = { repository: Repository; pull: number; head: string; base: string };

/** Of a fork nothing is read here: anybody may push to it as often as they like. */
export async function onPolicyChange(
  intake: Intake,
  content: PullHead & { fork: boolean },
): Promise<string> {
  if (content.fork) return 'from a fork, whose policy is examined when it is asked for';
  const examined = await examine(intake, content);
  return 'nothing' in examined ? examined.nothing : examined.note;
}

/** Somebody with write access asks for it, also where the pull request is from a fork. */
export async function onExamine(
  intake: Intake,
  { repository, pull: number }: { repository: Repository; pull: number },
): Promise<{ note: string } | { nothing: string }> {
  const { state, head, base } = await intake.github.facts.pull(repository, number);
  if (state === 'closed') return { nothing: 'the pull request is closed' };
  return examine(intake, { repository, pull: number, head: head.sha, base: base.ref });
}

async function examine(
  intake: Intake,
  content: PullHead,
): Promise<{ note: string } | { nothing: string }> {
  const found = await policyIn(intake, content);
  if ('nothing' in found) return found;
  const { repository, pull, head } = content;
  const { paths } = found;
  const data = { repository, pull, head, paths };
  const handled = await sendToDelivery(intake, { type: 'examine', data }, null);
  return { note: handled.ok ? `examining ${paths.join(', ')}` : handled.refusal.message };
}

/** The files of policy that it changes, by their names alone. */
async function policyIn(
  intake: Intake,
  { repository, pull, head, base }: PullHead,
): Promise<{ paths: string[] } | { nothing: string }> {
  const { facts } = intake.github;
  const branch = await facts.defaultBranch(repository);
  // Policy is what the default branch says: another branch's files decide nothing.
  if (base !== branch.ref) return { nothing: 'it is not for the default branch' };
  const source = { repository, remote: await facts.remote(repository, 'read') };
  let changed: string[] | null;
  try {
    changed = await intake.workspaces.changedPaths(source, branch.sha, head);
  } catch (error) {
    // A head that was replaced may be gone, and the newer one has a delivery of its own.
    if ((await facts.pull(repository, pull)).head.sha === head) throw error;
    return { nothing: 'a newer head is there' };
  }
  if (changed === null)
    return {
      nothing: 'it changes more files, or longer paths, than are looked through, so split it',
    };
  const paths = changed.filter(path => isPolicy(intake, repository, path));
  return paths.length > 0 ? { paths } : { nothing: 'it changes no policy' };
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
