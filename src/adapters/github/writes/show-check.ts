/** Our check run: one for each task and head, written by its id, or found by its external id. */
import type { Repository } from '../../../core/actor.ts';
import { taskPage } from '../../../core/links.ts';
import type { TaskView } from '../../../core/view.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { LastShown } from '../../../engine/ports/github-writes.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import {
  CHECK_NAME,
  type RenderedCheck,
  renderCheck,
  renderSuperseded,
} from '../surfaces/check.ts';
import { certain, digestOf, type KnownSurface, type WriteContext } from './write-context.ts';

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
  const known = certain(last);
  if (known?.digest === digest && known.head === head) return { id: known.id, digest };
  const hasMoved = known !== null && known.head !== head && !wasHeadBefore(view, head);
  const isNew = last === 'nothing' || hasMoved;
  // Both have ended before it is tried again.
  const [written, superseded] = await Promise.allSettled([
    writeAt(context, view, head, { known, isNew, check }),
    supersedeFormer(context, view, head, last),
  ]);
  if (superseded.status === 'rejected') throw superseded.reason;
  if (written.status === 'rejected') throw written.reason;
  return { id: written.value, digest };
}

/** Returns the id of the check run on the head. */
async function writeAt(
  context: WriteContext,
  view: TaskView,
  head: string,
  { known, isNew, check }: { known: KnownSurface | null; isNew: boolean; check: RenderedCheck },
): Promise<number> {
  const written = known?.head === head && (await writeKnown(context, view, known, check));
  if (written) return known.id;
  const existing = isNew ? null : await find(context, view, head);
  return write(context, view, head, { existing, check });
}

/** Whether it was the head, then another was, and now it is again: then a check of ours stands there. */
function wasHeadBefore({ approvals }: TaskView, head: string): boolean {
  const asked = approvals.map(approval => approval.head);
  return asked.slice(0, asked.findLastIndex(other => other !== head) + 1).includes(head);
}

/** Once as the head moves and once at the end, because a worker that lost its lease may write late. */
async function supersedeFormer(
  context: WriteContext,
  view: TaskView,
  head: string,
  last: LastShown,
): Promise<void> {
  const known = certain(last);
  if (known && known.head !== head) await supersedeKnown(context, view, known);
  if (!known || view.status !== 'active')
    for (const former of formerHeads(view, head, last)) await supersede(context, view, former);
}

/** Earlier heads with a check of ours or an approval request: that check must not count again. */
function formerHeads(view: TaskView, head: string, last: LastShown): string[] {
  const heads = [
    last === 'nothing' ? null : (last?.head ?? null),
    ...view.approvals.map(asked => asked.head),
  ];
  return [...new Set(heads.flatMap(other => (other && other !== head ? [other] : [])))];
}

async function supersede(context: WriteContext, view: TaskView, head: string): Promise<void> {
  const existing = await find(context, view, head);
  if (!existing || existing.conclusion === 'cancelled') return;
  const check = renderSuperseded(view, head);
  await write(context, view, head, { existing, check });
}

async function supersedeKnown(
  context: WriteContext,
  view: TaskView,
  known: KnownSurface,
): Promise<void> {
  if (known.head === null || known.conclusion === 'cancelled') return;
  await update(context, view, known.id, renderSuperseded(view, known.head));
}

/** False where it has to be looked up: it is gone, has to be opened again, or may have annotations. */
async function writeKnown(
  context: WriteContext,
  view: TaskView,
  { id, conclusion }: KnownSurface,
  check: RenderedCheck,
): Promise<boolean> {
  const wasCompleted = conclusion !== null;
  if (wasCompleted && (check.conclusion === null || check.annotations.length > 0)) return false;
  return update(context, view, id, check);
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
  context: WriteContext,
  view: TaskView,
  head: string,
  { existing, check }: { existing: ExistingCheck | null; check: RenderedCheck },
): Promise<number> {
  // A run that is completed is not opened again: GitHub shows the latest of a name.
  const reopened = existing?.status === 'completed' && check.conclusion === null;
  // GitHub adds annotations to those that are there, so they are sent once.
  const isNoted = existing && existing.output.annotations_count > 0;
  const toWrite = isNoted ? { ...check, annotations: [] } : check;
  // Also where it is the same: once somebody asked for it again, GitHub counts it as not done.
  if (existing && !reopened && (await update(context, view, existing.id, toWrite)))
    return existing.id;
  const { rest } = context.clients(view.repository, 'check');
  const content = contentOf(view, toWrite);
  return (await rest.checks.create({ ...content, head_sha: head })).data.id;
}

/** False where there is no such check run. */
async function update(
  { clients }: WriteContext,
  view: TaskView,
  check_run_id: number,
  check: RenderedCheck,
): Promise<boolean> {
  const { rest } = clients(view.repository, 'check');
  const content = contentOf(view, check);
  return (await orNull(rest.checks.update({ ...content, check_run_id }))) !== null;
}

function contentOf({ repository, id, console }: TaskView, check: RenderedCheck) {
  const { conclusion, name, title, summary, text, actions, annotations } = check;
  return {
    ...repositoryPath(repository),
    name,
    external_id: id,
    ...(console !== null && { details_url: taskPage(console, id) }),
    output: { title, summary, text, ...(annotations.length > 0 && { annotations }) },
    actions,
    ...(conclusion === null
      ? { status: 'in_progress' as const }
      : { status: 'completed' as const, conclusion }),
  };
}
