/** Opens a pull request, once for each head. */
import type { Repository } from '../../../core/actor.ts';
import type { TaskView } from '../../../core/view.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { renderSection, renderTitle } from '../surfaces/pull.ts';
import { at, type Writing } from './writing.ts';

type NewPull = { head: string; base: string; view: TaskView; draft: boolean };
type OpenedPull = { number: number; nodeId: string; head: string };

export async function openPull(
  writing: Writing,
  repository: Repository,
  pull: NewPull,
): Promise<OpenedPull> {
  const there = await find(writing, repository, pull);
  if (there) return there;
  try {
    return await create(writing, repository, pull, pull.draft);
  } catch (error) {
    if (!(error instanceof GitHubFailure) || error.class !== 'invalid') throw error;
    // Not every plan has drafts.
    if (pull.draft && /draft pull requests? (?:is|are) not supported/i.test(error.message))
      return create(writing, repository, pull, false);
    const made = await find(writing, repository, pull);
    if (made) return made;
    throw error;
  }
}

async function create(
  { clients }: Writing,
  repository: Repository,
  { head, base, view }: NewPull,
  draft: boolean,
): Promise<OpenedPull> {
  const { rest } = clients(repository, 'pull');
  const { data } = await rest.pulls.create({
    ...at(repository),
    title: renderTitle(view.title),
    head,
    base,
    body: renderSection(view),
    draft,
  });
  return { number: data.number, nodeId: data.node_id, head: data.head.sha };
}

/** The open one with this head and base. */
async function find(
  { clients }: Writing,
  repository: Repository,
  { head, base }: NewPull,
): Promise<OpenedPull | null> {
  const { rest } = clients(repository, 'pull');
  const { data } = await rest.pulls.list({
    ...at(repository),
    state: 'open',
    head: `${repository.owner}:${head}`,
    base,
  });
  const [pull] = data.filter(({ head: of }) => of.ref === head && of.repo?.id === repository.id);
  return pull ? { number: pull.number, nodeId: pull.node_id, head: pull.head.sha } : null;
}
