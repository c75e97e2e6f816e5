/** An issue or a pull request as a task reads it. */
import type { Repository } from '../../../core/actor.ts';
import type { IssueFacts } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { readRemarks } from './remarks.ts';
import { people } from './role.ts';

/** The account that GitHub shows for deleted ones. */
const GHOST = { id: 10_137, login: 'ghost' };

export async function readIssue(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  number: number,
): Promise<IssueFacts> {
  const { rest } = clients(repository, 'facts');
  const { data: issue } = await rest.issues.get({
    ...repositoryPath(repository),
    issue_number: number,
  });
  const author = issue.user ?? GHOST;
  const personOf = people(clients, repository);
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    author: { id: author.id, ...(await personOf(author)) },
    state: issue.state === 'closed' ? 'closed' : 'open',
    locked: issue.locked,
    labels: issue.labels.flatMap(label => (typeof label === 'string' ? label : (label.name ?? []))),
    milestone: issue.milestone?.title ?? null,
    comments: await readRemarks({ clients, app, repository, personOf }, issue),
  };
}
