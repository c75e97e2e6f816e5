/** The budgets that a run's spends count in, with the caps that hold for it in each. */
import { type Caps, capsOf, lowerCaps, periodOf, ScopeKind } from '../../core/budget.ts';
import { originKey } from '../../core/origin.ts';
import type { Profile } from '../../core/profile.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { TaskIndex, TaskRow } from '../ports/event-log.ts';
import type { LedgerScope } from '../ports/ledger.ts';

type Needs = Pick<Dependencies, 'tasks' | 'settings' | 'clock'>;

/** All that is spent in a calendar day of UTC. */
export const dayKey = (now: Date): string => `day:${now.toISOString().slice(0, 10)}`;

/** `profile`: of the role that works; `null` of a command. */
export async function scopesOf(
  deps: Needs,
  of: { task: string; state: TaskState; run: Run; profile: Profile | null },
): Promise<LedgerScope[]> {
  const { task, state, run, profile } = of;
  const { repository } = createdOf(state);
  const day = deps.clock.now().toISOString().slice(0, 10);
  const keys: Record<ScopeKind, string> = {
    run: `run:${task}/${run.budget.of}`,
    task: `task:${task}`,
    lineage: await lineageOf(deps.tasks, task, state),
    repository: repositoryKey(repository.id, day.slice(0, 7)),
    day: dayKey(deps.clock.now()),
  };
  return ScopeKind.options.map(kind => ({
    kind,
    key: keys[kind],
    caps: capsIn(deps, kind, { state, run, profile }),
  }));
}

/** The caps that hold for a run in one scope, with what was raised for its task. */
export function capsIn(
  { settings: { budgets }, clock }: Pick<Needs, 'settings' | 'clock'>,
  kind: ScopeKind,
  { state, run, profile }: { state: TaskState; run: Run; profile: Profile | null },
): Caps {
  const own = kind === 'day' ? {} : (createdOf(state).config.budgets?.[kind] ?? {});
  const caps = lowerCaps(capsOf(budgets[kind] ?? {}), capsOf(own));
  const ofRole = kind === 'run' && profile ? lowerCaps(caps, capsOf(profile.budget)) : caps;
  return withRaises(ofRole, kind, { state, run }, clock.now());
}

/** `month` is of UTC, in ISO 8601. */
export const repositoryKey = (id: number, month: string): string => `repository:${id}:${month}`;

/** Of a run's own cap, only what was raised for it; of a period's, what was raised within it. */
function withRaises(
  caps: Caps,
  kind: ScopeKind,
  { state, run }: { state: TaskState; run: Run },
  now: Date,
): Caps {
  const raised: Caps = { ...caps };
  const period = periodOf(kind, now.toISOString());
  for (const { reached, to, of, at } of state.raised) {
    const { scope, unit } = reached;
    const before = raised[unit];
    if (scope !== kind || before === undefined || periodOf(kind, at) !== period) continue;
    if (kind !== 'run' || of === run.budget.of) raised[unit] = Math.max(before, to);
  }
  return raised;
}

/** From a pull request to the issue that it came of, or from hook to hook, however often that repeats. */
const MOST_STEPS = 10;

/** The first of the tasks that hooks started one after the other, this one among them. */
async function firstOf(tasks: Pick<TaskIndex, 'find'>, task: string): Promise<TaskRow | null> {
  let first = await tasks.find(task);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const before = /^hook:([^/]+)\//.exec(first?.originKey ?? '')?.[1];
    if (before === undefined) break;
    first = (await tasks.find(before)) ?? first;
  }
  return first;
}

/** What it is about; an issue that it opened itself is none. */
const issueOf = (row: TaskRow | null): number | null =>
  row?.originKey.startsWith('#') ? row.issue : null;

/** All tasks have the same lineage that began with the same issue, with a pull request of a person, or with the same task. */
async function lineageOf(tasks: TaskIndex, task: string, state: TaskState): Promise<string> {
  const { repository, issue, worksOn, origin } = createdOf(state);
  const first = origin.kind === 'hook' && issue === null ? await firstOf(tasks, origin.task) : null;
  let root = worksOn?.pull ?? issue ?? issueOf(first);
  // Each try of a backlog's item is a task of its own.
  if (root === null)
    return `lineage:${origin.kind === 'backlog' ? originKey({ origin, issue }) : (first?.id ?? task)}`;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const [opened] = await tasks.list({ repositoryId: repository.id, pull: root, limit: 1 });
    if (!opened || opened.issue === null || opened.issue === root) break;
    root = opened.issue;
  }
  return `lineage:${repository.id}#${root}`;
}
