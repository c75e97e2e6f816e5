/** How budgets stand, of a day, a repository and a task: what is capped, spent, reserved and left. */
import {
  type Amount,
  amountInWords,
  type Caps,
  capsOf,
  lowerCaps,
  numberInWords,
  SCOPE_WORDS,
  type ScopeKind,
  Unit,
} from '../../core/budget.ts';
import { profileIn } from '../../core/repository-config/own-role.ts';
import { taskStream } from '../../core/stream.ts';
import { createdOf } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { asTask, fold, start } from '../streams.ts';
import { dayKey, repositoryKey, scopesOf } from './scopes.ts';

type UnitStanding = {
  unit: Unit;
  /** null: there is no cap. */
  cap: number | null;
  spent: number;
  reserved: number;
  /** null: there is no cap; never below 0. */
  left: number | null;
  /** Such as `$12.00 of $50.00, $38.00 left`. */
  words: string;
};

export type ScopeStanding = {
  kind: Extract<ScopeKind, 'day' | 'repository'>;
  /** The day or the month, of UTC. */
  period: string;
  repository: { id: number; name: string } | null;
  units: UnitStanding[];
};

type Needs = Pick<Dependencies, 'ledger' | 'settings' | 'clock' | 'taskPages' | 'eventPages'>;

/** Of all repositories. */
export async function standingToday({ ledger, settings, clock }: Needs): Promise<ScopeStanding> {
  const day = clock.now().toISOString().slice(0, 10);
  const { spent, reserved } = await ledger.standing(dayKey(clock.now()));
  const units = unitsOf(capsOf(settings.budgets.day ?? {}), spent, reserved);
  return { kind: 'day', period: day, repository: null, units };
}

/** Of those of these repositories that have spent something this month, what cost most first. */
export async function standingsOf(
  deps: Needs,
  repositories: readonly number[],
  limit: number,
): Promise<ScopeStanding[]> {
  const month = deps.clock.now().toISOString().slice(0, 7);
  const byKey = new Map(repositories.map(id => [repositoryKey(id, month), id]));
  const sums = await deps.ledger.standings([...byKey.keys()], limit);
  const ids = sums.flatMap(({ key }) => byKey.get(key) ?? []);
  const latest = await latestIn(deps, ids);
  return sums.flatMap(({ key, spent, reserved }) => {
    const id = byKey.get(key);
    const known = id === undefined ? undefined : latest.get(id);
    if (id === undefined || known === undefined) return [];
    const caps = lowerCaps(capsOf(deps.settings.budgets.repository ?? {}), known.caps);
    return {
      kind: 'repository',
      period: month,
      repository: { id, name: known.name },
      units: unitsOf(caps, spent, reserved),
    };
  });
}

/** The name of each repository that has had a task, and the caps that its latest one works with. */
async function latestIn(
  { taskPages, eventPages }: Needs,
  repositories: readonly number[],
): Promise<Map<number, { name: string; caps: Caps }>> {
  const tasks = await taskPages.latestOf(repositories);
  const first = await eventPages.firstOf(tasks.map(({ id }) => id));
  const own = new Map(
    first.map(stored => {
      const { created } = asTask(fold(start('task'), stored)).state;
      return [stored.stream.id, capsOf(created?.config.budgets?.repository ?? {})];
    }),
  );
  return new Map(
    tasks.map(({ id, repositoryId, repository }) => [
      repositoryId,
      { name: repository, caps: own.get(id) ?? {} },
    ]),
  );
}

/** Of the caps that hold for one task alone or for what it belongs to. */
export type TaskScopeStanding = {
  kind: Extract<ScopeKind, 'run' | 'task' | 'lineage'>;
  /** Such as `of this task`. */
  of: string;
  /** Of the budget of a run, its last one. */
  run: string | null;
  units: UnitStanding[];
};

const OF_A_TASK = ['run', 'task', 'lineage'] as const;

/** With the caps that its last run works with; none where nothing has run. */
export async function standingsOfTask(
  deps: Pick<Dependencies, 'ledger' | 'settings' | 'clock' | 'log' | 'tasks' | 'profiles'>,
  task: string,
): Promise<TaskScopeStanding[]> {
  const { state } = asTask(await loadFolded(deps.log, taskStream(task)));
  const run = state.runs.at(-1);
  if (run === undefined) return [];
  const { executor } = run;
  const { roles } = createdOf(state);
  const profile = executor.kind === 'agent' ? profileIn(deps.profiles, roles, executor.role) : null;
  const scopes = await scopesOf(deps, { task, state, run, profile });
  const found: TaskScopeStanding[] = [];
  for (const kind of OF_A_TASK) {
    const scope = scopes.find(each => each.kind === kind);
    if (scope === undefined) continue;
    const { spent, reserved } = await deps.ledger.standing(scope.key);
    const units = unitsOf(scope.caps, spent, reserved);
    found.push({ kind, of: SCOPE_WORDS[kind], run: kind === 'run' ? run.id : null, units });
  }
  return found;
}

/** Money and tokens always, the other units where they are capped. */
const ALWAYS: readonly Unit[] = ['nanoUsd', 'tokens'];

function unitsOf(caps: Caps, spent: Amount, reserved: Amount): UnitStanding[] {
  const shown = Unit.options.filter(unit => ALWAYS.includes(unit) || caps[unit] !== undefined);
  return shown.map(unit => unitOf(unit, caps[unit] ?? null, spent[unit], reserved[unit]));
}

function unitOf(unit: Unit, cap: number | null, spent: number, reserved: number): UnitStanding {
  const left = cap === null ? null : Math.max(0, cap - spent - reserved);
  const plain = (amount: number) => numberInWords(unit, amount);
  const held = reserved > 0 ? `, ${plain(reserved)} reserved` : '';
  const words =
    cap === null || left === null
      ? `${amountInWords(unit, spent)}${held}, without a cap`
      : `${plain(spent)} of ${amountInWords(unit, cap)}${held}, ${plain(left)} left`;
  return { unit, cap, spent, reserved, left, words };
}
