/** Opens a pull request, once for each head. */
import type { Repository } from '../../../core/actor.ts';
import type { TaskView } from '../../../core/view.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { renderSection, renderTitle } from '../surfaces/pull.ts';
import type { WriteContext } from './write-context.ts';

type NewPull = { head: string; base: string; view: TaskView; draft: boolean };
type OpenedPull = { number: number; nodeId: string; head: string };

export async function openPull(
  context: WriteContext,
  repository: Repository,
  pull: NewPull,
): Promise<OpenedPull> {
  try {
    return await create(context, repository, pull, pull.draft);
  } catch (error) {
    if (!(error instanceof GitHubFailure) || error.class !== 'invalid') throw error;
    // Not every plan has drafts.
    if (pull.draft && /draft pull requests? (?:is|are) not supported/i.test(error.message))
      return create(context, repository, pull, false);
    // GitHub has one open pull request for each head and base: it may have been made before.
    const made = await find(context, repository, pull);
    if (made) return made;
    throw error;
  }
}

async function create(
  { clients }: WriteContext,
  repository: Repository,
  { head, base, view }: NewPull,
  draft: boolean,
): Promise<OpenedPull> {
  const { rest } = clients(repository, 'pull');
  const { data } = await rest.pulls.create({
    ...repositoryPath(repository),
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
  { clients }: WriteContext,
  repository: Repository,
  { head, base }: NewPull,
): Promise<OpenedPull | null> {
  const { rest } = clients(repository, 'pull');
  const { data } = await rest.pulls.list({
    ...repositoryPath(repository),
    state: 'open',
    head: `${repository.owner}:${head}`,
    base,
  });
  const [pull] = data.filter(({ head: of }) => of.ref === head && of.repo?.id === repository.id);
  return pull ? { number: pull.number, nodeId: pull.node_id, head: pull.head.sha } : null;
}
