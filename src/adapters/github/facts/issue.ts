/** An issue or a pull request as a task reads it. */
import { GHOST, type Repository } from '../../../core/actor.ts';
import type { IssueFacts } from '../../../engine/ports/github.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { type ReadsPeople, readRemarks } from './remarks.ts';

/** The account that GitHub shows for deleted ones. */

export async function readIssue(
  reader: ReadsPeople,
  repository: Repository,
  number: number,
): Promise<IssueFacts> {
  const { clients, personOf } = reader;
  const { rest } = clients(repository, 'facts');
  const asked = rest.issues
    .get({ ...repositoryPath(repository), issue_number: number })
    .then(({ data }) => data);
  const [issue, comments] = await Promise.all([
    asked,
    readRemarks(reader, repository, number, asked),
  ]);
  const author = issue.user ?? GHOST;
  return {
    number: issue.number,
    isPull: Boolean(issue.pull_request),
    title: issue.title,
    body: issue.body ?? '',
    author: { id: author.id, ...(await personOf(repository, author)) },
    state: issue.state === 'closed' ? 'closed' : 'open',
    locked: issue.locked,
    labels: issue.labels.flatMap(label => (typeof label === 'string' ? label : (label.name ?? []))),
    milestone: issue.milestone?.title ?? null,
    comments,
  };
}
