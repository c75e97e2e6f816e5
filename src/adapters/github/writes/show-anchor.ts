/** Keeps an anchor of the log on GitHub, in a check run of its own. */
import type { Repository } from '../../../core/actor.ts';
import type { Anchor } from '../../../core/checkpoint/anchor.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { ANCHOR_CHECK_NAME, renderAnchorCheck } from '../surfaces/anchor-check.ts';
import type { WriteContext } from './write-context.ts';

/** Written anew each time: the one of before stays, as a check run can't be taken back. */
export async function showAnchor(
  { clients }: WriteContext,
  repository: Repository,
  head: string,
  anchor: Anchor,
): Promise<{ url: string }> {
  const { data } = await clients(repository, 'check').rest.checks.create({
    ...repositoryPath(repository),
    name: ANCHOR_CHECK_NAME,
    head_sha: head,
    external_id: `checkpoint-${anchor.checkpoint}`,
    status: 'completed',
    conclusion: 'neutral',
    output: renderAnchorCheck(anchor),
  });
  return { url: data.html_url ?? data.url };
}
