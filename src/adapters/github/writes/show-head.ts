/** Our check on a commit that no task stands on: one for each pull request and group, found by its external id. */
import type { Repository } from '../../../core/actor.ts';
import { aboutHead } from '../../../core/check-about.ts';
import type { HeadVerdict, JudgedHead } from '../../../core/judged-head.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { CHECK_NAME } from '../surfaces/check.ts';
import { renderHeadCheck } from '../surfaces/head-check.ts';
import { findCheck } from './show-check.ts';
import type { WriteContext } from './write-context.ts';

export async function showHead(
  context: WriteContext,
  repository: Repository,
  about: JudgedHead,
  verdict: HeadVerdict,
): Promise<{ id: number }> {
  const external_id = aboutHead(about);
  const { head } = about;
  const existing = await findCheck(context, repository, { name: CHECK_NAME, external_id, head });
  const { rest } = context.clients(repository, 'check');
  const content = {
    ...repositoryPath(repository),
    name: CHECK_NAME,
    external_id,
    status: 'completed' as const,
    conclusion: verdict.conclusion,
    output: renderHeadCheck(about, verdict),
  };
  if (!existing) return { id: (await rest.checks.create({ ...content, head_sha: head })).data.id };
  await rest.checks.update({ ...content, check_run_id: existing.id });
  return { id: existing.id };
}
