/** The anchors of the log in the check runs of one repository: on its newest pull requests of ours, and on a commit. */
import type { Repository } from '../../../core/actor.ts';
import type { Anchor } from '../../../core/checkpoint/anchor.ts';
import type { Clients } from '../client/client.ts';
import { attempt, orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { ANCHOR_CHECK_NAME, readAnchorCheck } from '../surfaces/anchor-check.ts';
import type { AppIdentity } from '../triggers/origin.ts';

/** What our labels begin with: they stand on pull requests of people as well, where a task works on one. */
const LABEL_PREFIX = 'gatehouse:';
/** Pull requests of one repository: a page of GitHub's. */
const PULLS = 100;

export type AsksForAnchors = { clients: Clients; identity: AppIdentity };

/** A check run by the name of ours. `anchor`: null where it holds none. */
export type AnchorRun = { id: number; address: string; head: string; anchor: Anchor | null };

export async function* anchorsIn(
  parts: AsksForAnchors,
  repository: Repository,
): AsyncIterable<Anchor> {
  for await (const { anchor } of onNewestPulls(parts, repository)) if (anchor) yield anchor;
}

export async function* onNewestPulls(
  parts: AsksForAnchors,
  repository: Repository,
): AsyncIterable<AnchorRun> {
  const { rest } = parts.clients(repository, 'facts');
  const at = repositoryPath(repository);
  const { data: pulls } = await rest.pulls.list({ ...at, state: 'all', per_page: PULLS });
  const ours = pulls.filter(
    ({ user, labels }) =>
      user?.id === parts.identity.botUserId ||
      labels.some(({ name }) => name.startsWith(LABEL_PREFIX)),
  );
  for (const { head } of ours) yield* await onCommit(parts, repository, head.sha);
}

/** The newest hundred of them: one is written in an hour. */
export async function onCommit(
  { clients, identity }: AsksForAnchors,
  repository: Repository,
  ref: string,
): Promise<AnchorRun[]> {
  const { data } = await clients(repository, 'facts').rest.checks.listForRef({
    ...repositoryPath(repository),
    ref,
    check_name: ANCHOR_CHECK_NAME,
    app_id: identity.id,
    filter: 'all',
    per_page: 100,
  });
  return data.check_runs.map(anchorRun);
}

/** Null where there is no such check run of ours. */
export async function anchorRunOf(
  { clients, identity }: AsksForAnchors,
  repository: Repository,
  check_run_id: number,
): Promise<AnchorRun | null> {
  const asked = attempt(`check run ${check_run_id}`, () =>
    clients(repository, 'facts').rest.checks.get({ ...repositoryPath(repository), check_run_id }),
  );
  const data = (await orNull(asked))?.data;
  const isOurs = data?.app?.id === identity.id && data.name === ANCHOR_CHECK_NAME;
  return data && isOurs ? anchorRun(data) : null;
}

type CheckRun = {
  id: number;
  url: string;
  html_url: string | null;
  head_sha: string;
  output: { text: string | null };
};

const anchorRun = ({ id, url, html_url, head_sha: head, output }: CheckRun): AnchorRun => ({
  id,
  address: html_url ?? url,
  head,
  anchor: readAnchorCheck(output.text),
});
