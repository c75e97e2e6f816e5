/** Issues that belong together: those below another one, or in a milestone, with what blocks each. */
import type { Repository } from '../../../core/actor.ts';
import type { RelatedIssue } from '../../../engine/ports/github-backlog.ts';
import type { Clients } from '../client/client.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';

type Listed = {
  number: number;
  title: string;
  state: string;
  repository_url: string;
  pull_request?: unknown;
  issue_dependencies_summary?: { blocked_by: number };
};

/** Empty where GitHub knows no sub-issues, as older Enterprise Servers. */
export async function readSubIssues(
  clients: Clients,
  repository: Repository,
  number: number,
  most: number,
): Promise<RelatedIssue[]> {
  const { rest, paginate } = clients(repository, 'facts');
  const asked = paginate(
    rest.issues.listSubIssues,
    { ...repositoryPath(repository), issue_number: number, per_page: 100 },
    upTo<Listed>(most),
  );
  return withBlockers(clients, repository, (await orNull(asked)) ?? []);
}

/** `null`: there is no milestone of this title. */
export async function readMilestone(
  clients: Clients,
  repository: Repository,
  title: string,
  most: number,
): Promise<RelatedIssue[] | null> {
  const { rest, paginate } = clients(repository, 'facts');
  const path = { ...repositoryPath(repository), state: 'all' as const, per_page: 100 };
  const milestones = await paginate(rest.issues.listMilestones, path, upTo(1_000));
  const found = milestones.find(milestone => milestone.title === title);
  if (!found) return null;
  const issues = await paginate(
    rest.issues.listForRepo,
    { ...path, milestone: `${found.number}`, direction: 'asc' },
    upTo<Listed>(most),
  );
  return withBlockers(
    clients,
    repository,
    issues.filter(issue => issue.pull_request === undefined),
  );
}

/** Reads page after page until there are more than anybody takes. */
function upTo<T>(most: number) {
  let read = 0;
  return ({ data }: { data: T[] }, done: () => void): T[] => {
    read += data.length;
    if (read > most) done();
    return data;
  };
}

async function withBlockers(
  clients: Clients,
  repository: Repository,
  issues: readonly Listed[],
): Promise<RelatedIssue[]> {
  const { rest } = clients(repository, 'facts');
  const related: RelatedIssue[] = [];
  for (const issue of issues) {
    const elsewhere = elsewhereOf(repository, issue);
    const isBlocked = (issue.issue_dependencies_summary?.blocked_by ?? 0) > 0;
    const blockers =
      isBlocked && elsewhere === null && issue.state === 'open'
        ? await rest.issues.listDependenciesBlockedBy({
            ...repositoryPath(repository),
            issue_number: issue.number,
            per_page: 100,
          })
        : { data: [] };
    related.push({
      ...told(repository, issue),
      blockedBy: blockers.data.map(blocker => told(repository, blocker)),
    });
  }
  return related;
}

const told = (repository: Repository, issue: Listed) => ({
  number: issue.number,
  title: issue.title,
  isOpen: issue.state === 'open',
  elsewhere: elsewhereOf(repository, issue),
});

/** The repository of an issue, where that is another one. */
function elsewhereOf({ owner, name }: Repository, { repository_url }: Listed): string | null {
  const [of, called] = repository_url.split('/').slice(-2);
  const isSame =
    of?.toLowerCase() === owner.toLowerCase() && called?.toLowerCase() === name.toLowerCase();
  return isSame ? null : `${of}/${called}`;
}
