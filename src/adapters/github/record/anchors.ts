/** The anchors of the log that GitHub keeps: on the newest pull requests of ours, in every repository or in one. */
import type { Octokit } from '@octokit/rest';
import type { Repository } from '../../../core/actor.ts';
import type { Anchor } from '../../../core/checkpoint/anchor.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import { ANCHOR_CHECK_NAME, readAnchorCheck } from '../surfaces/anchor-check.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { installations } from './installations.ts';

/** What our labels begin with: they stand on pull requests of people as well, where a task works on one. */
const LABEL_PREFIX = 'gatehouse:';
/** Pull requests of one repository: a page of GitHub's. */
const PULLS = 100;

type Parts = { app: Octokit; clients: Clients; identity: AppIdentity };

export async function* anchorsOnGitHub(parts: Parts, only?: Repository): AsyncIterable<Anchor> {
  if (only) return yield* anchorsIn(parts, only);
  for await (const { repositories } of installations(parts))
    for (const repository of repositories) yield* anchorsIn(parts, repository);
}

async function* anchorsIn(
  { clients, identity }: Parts,
  repository: Repository,
): AsyncIterable<Anchor> {
  const { rest } = clients(repository, 'facts');
  const at = repositoryPath(repository);
  const { data: pulls } = await rest.pulls.list({ ...at, state: 'all', per_page: PULLS });
  const ours = pulls.filter(
    ({ user, labels }) =>
      user?.id === identity.botUserId || labels.some(({ name }) => name.startsWith(LABEL_PREFIX)),
  );
  for (const { head } of ours) {
    const { data } = await rest.checks.listForRef({
      ...at,
      ref: head.sha,
      check_name: ANCHOR_CHECK_NAME,
      app_id: identity.id,
      filter: 'all',
      per_page: 100,
    });
    for (const { output } of data.check_runs) {
      const anchor = readAnchorCheck(output.text);
      if (anchor) yield anchor;
    }
  }
}
