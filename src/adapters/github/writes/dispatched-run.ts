/**
 * Which run of a workflow a dispatch became, where its answer was lost. GitHub takes no idempotency key: a run
 * that shows the deployment's key in its title is its own, and otherwise the only one that can be.
 */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { DeploymentWrites, LostOrder } from '../../../engine/ports/deployments.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { WriteContext } from './write-context.ts';

/** A server's clock may be behind by this, and its times are whole seconds. Milliseconds. */
const CLOCKS_DIFFER_MS = 60_000;
/** A dispatch that was lost this long before another one has begun by then, or never will. */
const SURELY_BEGUN_MS = 600_000;

/** A run's title, which the workflow's `run-name` gives it. */
const Title = z.looseObject({ display_title: z.string().catch('') });

type Found = Awaited<ReturnType<DeploymentWrites['dispatched']>>;

export async function dispatchedRun(
  { clients, app }: WriteContext,
  repository: Repository,
  order: LostOrder,
): Promise<Found> {
  const { workflow, branch, key } = order;
  const at = Date.parse(order.at);
  const { data } = await clients(repository, 'dispatch').rest.actions.listWorkflowRuns({
    ...repositoryPath(repository),
    workflow_id: workflow,
    branch,
    event: 'workflow_dispatch',
    per_page: 100,
  });
  const ours = data.workflow_runs.filter(
    run => run.actor?.id === app.botUserId && isSince(run, order),
  );
  const named = ours.find(run => names(Title.parse(run).display_title, key));
  if (named) return begun(named);
  const others = await order.others();
  const fitting = ours.filter(run => !others.runs.has(run.id) && fits(run, order));
  const [only, ...more] = fitting;
  if (only && more.length === 0) {
    const rivals = others.orders.filter(
      other =>
        other.workflow === workflow &&
        other.branch === branch &&
        Date.parse(other.at) >= at - SURELY_BEGUN_MS &&
        fits(only, other),
    );
    if (rivals.length === 0) return begun(only);
  }
  return { outcome: 'unknown', reason: whyUnknown(order, fitting) };
}

type Ordered = Pick<LostOrder, 'at' | 'commit' | 'namesCommit'>;
type Listed = { created_at: string; head_sha: string };

const isSince = ({ created_at }: Listed, { at }: Ordered): boolean =>
  Date.parse(created_at) >= Date.parse(at) - CLOCKS_DIFFER_MS;

/** Whether a run of the order's workflow on its branch may be what the order became. */
const fits = (run: Listed, order: Ordered): boolean =>
  isSince(run, order) && (order.namesCommit || run.head_sha === order.commit);

const begun = ({ id, html_url }: { id: number; html_url: string }): Found => ({
  outcome: 'started',
  deployment: null,
  workflowRun: id,
  link: html_url,
});

/** The key stands in the title, and not as the beginning of another one. */
function names(title: string, key: string): boolean {
  for (let at = title.indexOf(key); at >= 0; at = title.indexOf(key, at + 1))
    if (!/^[\w-]/.test(title.slice(at + key.length))) return true;
  return false;
}

/** Of so many runs that may be it the addresses are told. */
const MOST_TOLD = 5;

function whyUnknown({ workflow, branch, at }: LostOrder, fitting: { html_url: string }[]): string {
  const lost = `GitHub was asked at ${at} to run ${workflow} on ${branch}, and its answer was lost.`;
  const links = fitting.slice(0, MOST_TOLD).map(({ html_url }) => html_url);
  return fitting.length === 0
    ? `${lost} No run of it by Gatehouse is listed since then: look at the runs of ${workflow} under Actions.`
    : `${lost} Which run that became can't be told: look at ${links.join(', ')}.`;
}
