/** The budgets that a run's spends count in, with the caps that hold for it in each. */
import { type Caps, capsOf, lowerCaps, type ScopeKind } from '../../core/budget.ts';
import type { Profile } from '../../core/profile.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { TaskIndex } from '../ports/event-log.ts';
import type { LedgerScope } from '../ports/ledger.ts';

type Needs = Pick<Dependencies, 'tasks' | 'settings' | 'clock'>;

/** `profile`: of the role that works; `null` of a command. */
export async function scopesOf(
  deps: Needs,
  of: { task: string; state: TaskState; run: Run; profile: Profile | null },
): Promise<LedgerScope[]> {
  const { task, state, run, profile } = of;
  const { repository, config } = createdOf(state);
  const day = deps.clock.now().toISOString().slice(0, 10);
  const keys: Record<ScopeKind, string> = {
    run: `run:${task}/${run.id}`,
    task: `task:${task}`,
    lineage: await lineageOf(deps.tasks, task, state),
    repository: `repository:${repository.id}:${day.slice(0, 7)}`,
    day: `day:${day}`,
  };
  const capsIn = (kind: ScopeKind): Caps => {
    const { budgets } = deps.settings;
    const own = kind === 'day' ? {} : (config.budgets?.[kind] ?? {});
    const caps = lowerCaps(capsOf(budgets[kind] ?? {}), capsOf(own));
    return kind === 'run' && profile ? lowerCaps(caps, capsOf(profile.budget)) : caps;
  };
  return (['run', 'task', 'lineage', 'repository', 'day'] as const).map(kind => ({
    kind,
    key: keys[kind],
    caps: capsIn(kind),
  }));
}

/** From a pull request to the issue that it came of, however often that repeats. */
const MOST_STEPS = 10;

/** All tasks have the same lineage that began with the same issue, or with a pull request of a person. */
async function lineageOf(
  tasks: Pick<TaskIndex, 'list'>,
  task: string,
  state: TaskState,
): Promise<string> {
  const { repository, issue, worksOn } = createdOf(state);
  let root = worksOn?.pull ?? issue;
  if (root === null) return `lineage:${task}`;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const [opened] = await tasks.list({ repositoryId: repository.id, pull: root, limit: 1 });
    if (!opened || opened.issue === null || opened.issue === root) break;
    root = opened.issue;
  }
  return `lineage:${repository.id}#${root}`;
}
