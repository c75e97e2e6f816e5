/** What others report on a commit, out of a snapshot: check runs and commit statuses are one list. */
import { ACTIONS_APP } from '../../../core/actions-app.ts';
import { bearsOurName, isForged } from '../../../core/approvals/own-check.ts';
import type { PullFacts, ReportedCheck } from '../../../engine/ports/github.ts';
import { isGreen } from '../conclusion.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import type { SnapshotContext } from './query.ts';
import type { WorkflowStart } from './workflows.ts';

type SnapshotRun = Extract<SnapshotContext, { __typename: 'CheckRun' }>;

/** `workflows`: which workflow filled a suite, as far as that was looked up. */
export function reportedIn(
  contexts: readonly SnapshotContext[],
  app: AppIdentity,
  workflows: ReadonlyMap<number, WorkflowStart> = new Map(),
): Pick<PullFacts, 'checks' | 'forged'> {
  const runs = latest(contexts.filter(isRun), workflows).map(run => ({
    ...run,
    id: run.databaseId ?? 0,
    app: run.checkSuite.app && { id: run.checkSuite.app.databaseId, slug: run.checkSuite.app.slug },
  }));
  const forged = runs.filter(run => isForged(run, app.id));
  const checks = runs.filter(run => run.app?.id !== app.id && !forged.includes(run));
  const statuses = contexts.filter(context => context.__typename === 'StatusContext');
  return {
    forged: forged.map(({ id, name, app: by }) => ({ check: id, name, app: by?.slug ?? '' })),
    checks: [
      ...checks.map(
        (run): ReportedCheck => ({
          name: run.name,
          app: run.app?.id ?? null,
          state: run.status === 'COMPLETED' ? outcomeOf(run.conclusion) : 'pending',
          skipped: run.conclusion === 'SKIPPED',
          at: run.completedAt,
        }),
      ),
      ...statuses.map(
        ({ context, state, createdAt }): ReportedCheck => ({
          name: context,
          app: null,
          state: PENDING.includes(state) ? 'pending' : outcomeOf(state),
          skipped: false,
          at: createdAt,
        }),
      ),
    ],
  };
}

/** What ran on a commit: each name, with the suite of GitHub Actions that it ran in. */
export type Ran = { name: string; suite: number | null };

/** What was skipped did not run. */
export function ranIn(contexts: readonly SnapshotContext[], app: AppIdentity): Ran[] {
  return contexts.flatMap(context => {
    if (context.__typename === 'StatusContext') return [{ name: context.context, suite: null }];
    const { name, conclusion, checkSuite } = context;
    if (conclusion === 'SKIPPED' || checkSuite.app?.databaseId === app.id || bearsOurName(name))
      return [];
    const isOfActions = checkSuite.app?.slug === ACTIONS_APP;
    return [{ name, suite: isOfActions ? checkSuite.databaseId : null }];
  });
}

const PENDING: readonly string[] = ['PENDING', 'EXPECTED'];

const isRun = (context: SnapshotContext): context is SnapshotRun =>
  context.__typename === 'CheckRun';

/** GitHub lists a run beside those that replaced it, also where the same workflow ran anew in a suite of its own. */
function latest(
  runs: readonly SnapshotRun[],
  workflows: ReadonlyMap<number, WorkflowStart>,
): SnapshotRun[] {
  const byName = new Map<string, SnapshotRun>();
  for (const run of runs) {
    const suite = run.checkSuite.databaseId;
    const key = `${workflows.get(suite ?? 0)?.of ?? `suite ${suite}`} ${run.name}`;
    const other = byName.get(key);
    if (!other || isNewer(run, other)) byName.set(key, run);
  }
  return [...byName.values()];
}

const isNewer = (run: SnapshotRun, other: SnapshotRun): boolean =>
  (run.databaseId ?? 0) >= (other.databaseId ?? 0);

/** Whether a run that holds a merge up may have been replaced by one in another suite of its App. */
export function mayBeReplaced(contexts: readonly SnapshotContext[]): boolean {
  const newest = new Map<string, SnapshotRun>();
  const runs = latest(contexts.filter(isRun), new Map());
  const keyOf = ({ name, checkSuite }: SnapshotRun) => `${checkSuite.app?.databaseId} ${name}`;
  for (const run of runs) {
    const other = newest.get(keyOf(run));
    if (!other || isNewer(run, other)) newest.set(keyOf(run), run);
  }
  return runs.some(
    run =>
      newest.get(keyOf(run)) !== run &&
      (run.status !== 'COMPLETED' || outcomeOf(run.conclusion) !== 'green'),
  );
}

const outcomeOf = (conclusion: string | null): ReportedCheck['state'] =>
  isGreen(conclusion?.toLowerCase()) ? 'green' : 'failing';
