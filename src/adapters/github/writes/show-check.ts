/** Our check run: one for each task and head, found by its external id, written where it differs. */
import type { Repository } from '../../../core/actor.ts';
import type { TaskView } from '../../../core/view.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import {
  CHECK_NAME,
  type RenderedCheck,
  renderCheck,
  renderSuperseded,
} from '../surfaces/check.ts';
import { sameText } from './comments.ts';
import { at, digestOf, type Shown, type Writing } from './writing.ts';

export async function showCheck(
  writing: Writing,
  view: TaskView,
  last: Shown,
): Promise<{ id: number; digest: string }> {
  const head = view.pull?.head;
  if (!head)
    throw new GitHubFailure('invalid', `Task ${view.id} has no head to put a check on.`, null);
  const check = renderCheck(view);
  const digest = digestOf(JSON.stringify(check));
  if (last?.digest === digest && last.head === head) return { id: last.id, digest };
  // As the head moves, and once more at the end: a worker that was cut off may have written late.
  if (last?.head !== head || view.status !== 'active')
    for (const left of leftBehind(view, head, last)) await supersede(writing, view, left);
  const standing = await find(writing, view, head);
  const id = await write(writing, view, head, standing, check);
  return { id, digest };
}

/** Heads that a check was shown on, or that were asked about: what stands there must not count again. */
function leftBehind(view: TaskView, head: string, last: Shown): string[] {
  const heads = [last?.head ?? null, ...view.approvals.map(asked => asked.head)];
  return [...new Set(heads.flatMap(other => (other && other !== head ? [other] : [])))];
}

async function supersede(writing: Writing, view: TaskView, head: string): Promise<void> {
  const standing = await find(writing, view, head);
  if (!standing || standing.conclusion === 'cancelled') return;
  await write(writing, view, head, standing, renderSuperseded(view, head));
}

type StandingCheck = {
  id: number;
  status: string;
  conclusion: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
};

const find = (writing: Writing, { repository, id }: TaskView, head: string) =>
  findCheck(writing, repository, { name: CHECK_NAME, external_id: id, head });

/** Our own check run, the latest where there are several. */
export async function findCheck(
  { clients, app }: Writing,
  repository: Repository,
  sought: { name: string; external_id: string; head: string },
): Promise<StandingCheck | null> {
  const octokit = clients(repository, 'check');
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, {
    ...at(repository),
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
  { clients }: Writing,
  view: TaskView,
  head: string,
  standing: StandingCheck | null,
  check: RenderedCheck,
): Promise<number> {
  const { rest } = clients(view.repository, 'check');
  const { conclusion, name, title, summary, text, actions } = check;
  const content = {
    ...at(view.repository),
    name,
    external_id: view.id,
    output: { title, summary, text },
    actions,
    ...(conclusion === null
      ? { status: 'in_progress' as const }
      : { status: 'completed' as const, conclusion }),
  };
  // A run that is completed is not opened again: GitHub shows the latest of a name.
  const reopened = standing?.status === 'completed' && conclusion === null;
  if (!standing || reopened)
    return (await rest.checks.create({ ...content, head_sha: head })).data.id;
  const same =
    standing.status === content.status &&
    standing.conclusion === conclusion &&
    sameText(standing.output.title ?? '', title) &&
    sameText(standing.output.summary ?? '', summary) &&
    sameText(standing.output.text ?? '', text);
  if (!same) await rest.checks.update({ ...content, check_run_id: standing.id });
  return standing.id;
}
