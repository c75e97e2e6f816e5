/** What others report on a commit: their check runs and commit statuses are one list. */
import { isForged } from '../../../core/approvals/own-check.ts';
import type { PullFacts, ReportedCheck } from '../../../engine/ports/github.ts';
import type { Client } from '../client/client.ts';
import { isGreen } from '../conclusion.ts';
import type { AppIdentity } from '../triggers/origin.ts';

type Place = { owner: string; repo: string };

/** The latest check run of each name and App, and the latest status of each context. */
export async function readChecks(
  octokit: Client,
  app: AppIdentity,
  path: Place,
  ref: string,
): Promise<Pick<PullFacts, 'checks' | 'forged'>> {
  const at = { ...path, ref, per_page: 100 };
  const [runs, statuses] = await Promise.all([
    octokit.paginate(octokit.rest.checks.listForRef, { ...at, filter: 'latest' }),
    latestStatuses(octokit, at),
  ]);
  const forged = runs.filter(run => isForged(run, app.id));
  return {
    forged: forged.map(({ id, name, app: by }) => ({ check: id, name, app: by?.slug ?? '' })),
    checks: [
      ...runs
        .filter(run => run.app?.id !== app.id && !forged.includes(run))
        .map(
          (run): ReportedCheck => ({
            name: run.name,
            app: run.app?.id ?? null,
            state: run.status !== 'completed' ? 'pending' : outcomeOf(run.conclusion),
            skipped: run.conclusion === 'skipped',
            at: run.completed_at,
          }),
        ),
      ...statuses.map(
        ({ context, state, updated_at }): ReportedCheck => ({
          name: context,
          app: null,
          state: state === 'pending' ? 'pending' : outcomeOf(state),
          skipped: false,
          at: updated_at,
        }),
      ),
    ],
  };
}

/** Page by page: GitHub's client takes the combined status for one object, not for a list. */
export async function latestStatuses(
  octokit: Client,
  at: Place & { ref: string; per_page: number },
) {
  const statuses = [];
  for (let page = 1; ; page += 1) {
    const { data } = await octokit.rest.repos.getCombinedStatusForRef({ ...at, page });
    statuses.push(...data.statuses);
    if (data.statuses.length === 0 || statuses.length >= data.total_count) return statuses;
  }
}

const outcomeOf = (conclusion: string | null): ReportedCheck['state'] =>
  isGreen(conclusion) ? 'green' : 'failing';
