/** The branch that a new task is for: looked up, or refused in words with the nearest that exists. */
import type { Repository } from '../../../core/actor.ts';
import { nearest } from '../../../core/nearest.ts';
import type { ChosenBase } from '../../../core/repository-config/choose-base.ts';
import type { DataOf } from '../../../core/task/state/state.ts';
import type { Dependencies } from '../../dependencies.ts';
import { madeBy } from './branch-name.ts';

type FoundBase =
  | { ok: true; base: DataOf<'task.created'>['base'] }
  | { ok: false; problem: string; nearest: string | null };

/** `home`: the default branch. */
export async function findBase(
  deps: Pick<Dependencies, 'github' | 'tasks' | 'log'>,
  repository: Repository,
  { ref, because }: ChosenBase,
  home: { ref: string; sha: string },
): Promise<FoundBase> {
  if (ref === null || ref === home.ref)
    return { ok: true, base: { ref: home.ref, sha: home.sha, because } };
  const found = await lookUp(deps, repository, ref);
  if ('problem' in found) return { ok: false, ...found, problem: why(found.problem, because) };
  const task = await madeBy(deps, repository, found.ref);
  if (task) {
    const place = task.issue ?? task.pull;
    const problem = `${found.ref} is a branch that I work on myself, for ${place === null ? `task ${task.id}` : `#${place}`}`;
    return { ok: false, problem: why(problem, because), nearest: null };
  }
  return { ok: true, base: { ...found, because } };
}

type Missing = { problem: string; nearest: string | null };

async function lookUp(
  { github: { facts } }: Pick<Dependencies, 'github'>,
  repository: Repository,
  name: string,
): Promise<{ ref: string; sha: string } | Missing> {
  const sha = await facts.branch(repository, name);
  if (sha !== null) return { ref: name, sha };
  const [names, tag] = await Promise.all([facts.branches(repository), facts.tag(repository, name)]);
  // People type composed letters, whatever the branch was named with.
  const same = names.find(other => other.normalize('NFC') === name.normalize('NFC'));
  const itsSha = same === undefined ? null : await facts.branch(repository, same);
  if (same !== undefined && itsSha !== null) return { ref: same, sha: itsSha };
  const bare = name.replace(/^(?:origin|upstream)\//, '');
  const suggested = names.find(other => other === bare) ?? nearest(name, names);
  const problem =
    tag === null
      ? `there is no branch ${name}`
      : `${name} is a tag, and a pull request is into a branch`;
  return { problem, nearest: suggested };
}

/** Whoever asked did not name it, where the configuration did: so it says why it was looked for. */
const why = (problem: string, because: string): string => `${problem} (${because})`;
