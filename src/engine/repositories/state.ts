/** A repository as Gatehouse has it now: its rules as they are read, its toolchain, and whether it is reached. */
import type { Repository } from '../../core/actor.ts';
import type { Toolchain } from '../../core/ecosystem.ts';
import { type Switch, switchesOf } from '../../core/repository-config/repository-switches.ts';
import { createdOf } from '../../core/task/state/state.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import type { Dependencies } from '../dependencies.ts';
import { readRepositoryConfig } from '../intake/rules/repository-config.ts';
import { rulesOf } from '../policies/of-repository.ts';
import { GitHubFailure, NotInstalled } from '../ports/github.ts';
import type { RepositoryIndex, RepositoryRow } from '../ports/repository-index.ts';
import { loadTask } from '../queries/queries.ts';

type RepositoryState = {
  repository: Repository;
  /** Whether the App reaches it, and if not why and what to do. */
  reached: { ok: true } | { ok: false; reason: string; next: string };
  /** null: it is not reached. */
  live: {
    branch: string;
    commit: string;
    archived: boolean;
    /** Its check is required on the default branch. */
    requiresOurs: boolean;
    faults: PolicyFault[];
    switches: Switch[];
    /** As it is read, with what was left out. */
    config: object;
    toolchain: Toolchain | null;
    commands: { name: string; argv: string[] }[];
    /** Why the toolchain can't be told. */
    toolchainFaults: string[];
  } | null;
};

type Needs = Pick<Dependencies, 'log' | 'tasks' | 'github' | 'workspaces' | 'policies'>;

const MONTH_MS = 30 * 86_400_000;

export const repositoriesFor = (
  { repositoryIndex, clock }: Pick<Dependencies, 'clock'> & { repositoryIndex: RepositoryIndex },
  repositories: readonly number[],
): Promise<RepositoryRow[]> =>
  repositoryIndex.list(repositories, new Date(clock.now().getTime() - MONTH_MS));

/** As its latest task has it; `null` where there was none. */
export async function repositoryOf(
  { log, tasks }: Pick<Needs, 'log' | 'tasks'>,
  id: number,
): Promise<Repository | null> {
  const [latest] = await tasks.list({ repositoryId: id, limit: 1 });
  return latest ? createdOf((await loadTask(log, latest.id)).state).repository : null;
}

export async function repositoryState(
  deps: Needs,
  repository: Repository,
): Promise<RepositoryState> {
  try {
    const live = await readLive(deps, repository);
    return { repository, reached: { ok: true }, live };
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    return { repository, reached: { ok: false, ...whyNot(error) }, live: null };
  }
}

async function readLive(deps: Needs, repository: Repository): Promise<RepositoryState['live']> {
  const { facts } = deps.github;
  const { ref, sha, archived } = await facts.defaultBranch(repository);
  const rules = await rulesOf(deps, repository, sha);
  const { config, graphs, schedules, faults } = rules;
  const read = await readRepositoryConfig(deps, repository, rules, { ref, sha });
  const whole = read.ok ? read.config : config;
  return {
    branch: ref,
    commit: sha,
    archived,
    requiresOurs: await facts.requiresOurs(repository, ref),
    faults,
    switches: switchesOf(config, { graphs: Object.keys(graphs), schedules }),
    config: whole,
    toolchain: read.ok ? read.toolchain : null,
    commands: Object.entries(whole.commands).map(([name, argv]) => ({ name, argv })),
    toolchainFaults: read.ok ? [] : read.faults,
  };
}

function whyNot(error: GitHubFailure): { reason: string; next: string } {
  if (error instanceof NotInstalled)
    return {
      reason: 'The App is not installed on it any more, or is suspended there.',
      next: 'Install it again, or lift the suspension, on GitHub: Settings, Applications.',
    };
  if (error.class === 'empty')
    return { reason: 'It has no commit.', next: 'Push a first commit to its default branch.' };
  if (error.class === 'not_found' || error.class === 'forbidden')
    return {
      reason: `GitHub does not show it to the App: ${error.message}`,
      next: 'Look whether it was deleted or made private, and what the App may read there.',
    };
  return {
    reason: `GitHub does not answer: ${error.message}`,
    next: 'Load the page again in a minute; githubstatus.com says whether GitHub has trouble.',
  };
}
