/** What others report on a commit, out of a snapshot: check runs and commit statuses are one list. */
import { isForged } from '../../../core/approvals/own-check.ts';
import type { PullFacts, ReportedCheck } from '../../../engine/ports/github.ts';
import { isGreen } from '../conclusion.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import type { SnapshotContext } from './query.ts';

type SnapshotRun = Extract<SnapshotContext, { __typename: 'CheckRun' }>;

export function reportedIn(
  contexts: readonly SnapshotContext[],
  app: AppIdentity,
): Pick<PullFacts, 'checks' | 'forged'> {
  const runs = latest(contexts.filter(context => context.__typename === 'CheckRun')).map(run => ({
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

const PENDING: readonly string[] = ['PENDING', 'EXPECTED'];

/** GitHub lists a run beside those that replaced it in the same suite. */
function latest(runs: readonly SnapshotRun[]): SnapshotRun[] {
  const byName = new Map<string, SnapshotRun>();
  for (const run of runs) {
    const key = `${run.checkSuite.databaseId} ${run.name}`;
    const other = byName.get(key);
    if (!other || (run.databaseId ?? 0) >= (other.databaseId ?? 0)) byName.set(key, run);
  }
  return [...byName.values()];
}

const outcomeOf = (conclusion: string | null): ReportedCheck['state'] =>
  isGreen(conclusion?.toLowerCase()) ? 'green' : 'failing';
