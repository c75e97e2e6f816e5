/** Our check run: one for each task and head, found by its external id, written where it differs. */
import type { Repository } from '../../../core/actor.ts';
import type { TaskView } from '../../../core/view.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { repositoryPath } from '../repository-path.ts';
import {
  CHECK_NAME,
  type RenderedCheck,
  renderCheck,
  renderSuperseded,
} from '../surfaces/check.ts';
import { digestOf, type LastShown, type WriteContext } from './write-context.ts';

export async function showCheck(
  context: WriteContext,
  view: TaskView,
  last: LastShown,
): Promise<{ id: number; digest: string }> {
  const head = view.pull?.head;
  if (!head)
    throw new GitHubFailure('invalid', `Task ${view.id} has no head to put a check on.`, null);
  const check = renderCheck(view);
  const digest = digestOf(JSON.stringify(check));
  if (last?.digest === digest && last.head === head) return { id: last.id, digest };
  // Once as the head moves and once at the end, because a worker that lost its lease may write late.
  if (last?.head !== head || view.status !== 'active')
    for (const former of formerHeads(view, head, last)) await supersede(context, view, former);
  const existing = await find(context, view, head);
  const id = await write(context, view, head, { existing, check });
  return { id, digest };
}

/** Earlier heads with a check of ours or an approval request: that check must not count again. */
function formerHeads(view: TaskView, head: string, last: LastShown): string[] {
  const heads = [last?.head ?? null, ...view.approvals.map(asked => asked.head)];
  return [...new Set(heads.flatMap(other => (other && other !== head ? [other] : [])))];
}

async function supersede(context: WriteContext, view: TaskView, head: string): Promise<void> {
  const existing = await find(context, view, head);
  if (!existing || existing.conclusion === 'cancelled') return;
  const check = renderSuperseded(view, head);
  await write(context, view, head, { existing, check });
}

type ExistingCheck = {
  id: number;
  status: string;
  conclusion: string | null;
  output: {
    title: string | null;
    summary: string | null;
    text: string | null;
    annotations_count: number;
  };
};

const find = (context: WriteContext, { repository, id }: TaskView, head: string) =>
  findCheck(context, repository, { name: CHECK_NAME, external_id: id, head });

/** Our own check run, the latest where there are several. */
export async function findCheck(
  { clients, app }: WriteContext,
  repository: Repository,
  sought: { name: string; external_id: string; head: string },
): Promise<ExistingCheck | null> {
  const { paginate, rest } = clients(repository, 'check');
  const runs = await paginate(rest.checks.listForRef, {
    ...repositoryPath(repository),
    ref: sought.head,
    check_name: sought.name,
    app_id: app.id,
    filter: 'all',
    per_page: 100,
  });
  const ours = runs.filter(run => run.external_id === sought.external_id && run.app?.id === app.id);
  return ours.sort((a, b) => b.id - a.id)[0] ?? null;
}

async function write(
  { clients }: WriteContext,
  view: TaskView,
  head: string,
  { existing, check }: { existing: ExistingCheck | null; check: RenderedCheck },
): Promise<number> {
  const { rest } = clients(view.repository, 'check');
  const { conclusion, name, title, summary, text, actions } = check;
  // A run that is completed is not opened again: GitHub shows the latest of a name.
  const reopened = existing?.status === 'completed' && conclusion === null;
  // GitHub adds annotations to those that are there, so they are sent once.
  const annotations = existing && existing.output.annotations_count > 0 ? [] : check.annotations;
  const content = {
    ...repositoryPath(view.repository),
    name,
    external_id: view.id,
    output: { title, summary, text, ...(annotations.length > 0 && { annotations }) },
    actions,
    ...(conclusion === null
      ? { status: 'in_progress' as const }
      : { status: 'completed' as const, conclusion }),
  };
  if (!existing || reopened)
    return (await rest.checks.create({ ...content, head_sha: head })).data.id;
  // Also where it is the same: once somebody asked for it again, GitHub counts it as not done.
  await rest.checks.update({ ...content, check_run_id: existing.id });
  return existing.id;
}
