/** An issue as a task reads it, with the role of everyone who wrote in it. */
import type { Repository } from '../../../core/actor.ts';
import type { IssueFacts } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { people } from './role.ts';

const LAST_COMMENTS = 50;
/** The account that GitHub shows for deleted ones. */
const GHOST = { id: 10_137, login: 'ghost' };

export async function readIssue(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  number: number,
): Promise<IssueFacts> {
  const path = { ...repositoryPath(repository), issue_number: number };
  const { rest } = clients(repository, 'facts');
  const personOf = people(clients, repository);
  const { data: issue } = await rest.issues.get(path);
  const last = Math.max(1, Math.ceil(issue.comments / LAST_COMMENTS));
  const pages = last > 1 ? [last - 1, last] : [last];
  const comments = [];
  for (const page of issue.comments > 0 ? pages : [])
    comments.push(
      ...(await rest.issues.listComments({ ...path, per_page: LAST_COMMENTS, page })).data,
    );
  const author = issue.user ?? GHOST;
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    author: { id: author.id, ...(await personOf(author)) },
    state: issue.state === 'closed' ? 'closed' : 'open',
    locked: issue.locked,
    labels: issue.labels.flatMap(label => (typeof label === 'string' ? label : (label.name ?? []))),
    milestone: issue.milestone?.title ?? null,
    comments: await Promise.all(
      comments
        // Our own comments are no input.
        .filter(comment => comment.user?.id !== app.botUserId)
        .slice(-LAST_COMMENTS)
        .map(async ({ id, user, body, created_at }) => ({
          id,
          by: user ? { id: user.id, ...(await personOf(user)) } : null,
          body: body ?? '',
          at: created_at,
        })),
    ),
  };
}
