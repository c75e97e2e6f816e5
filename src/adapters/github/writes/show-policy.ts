/** The check run `gatehouse/policy`: one for each pull request (or the default branch) and head, found by its external id. */
import type { Repository } from '../../../core/actor.ts';
import type { Examination } from '../../../core/examination.ts';
import { repositoryPath } from '../repository-path.ts';
import { POLICY_CHECK_NAME, renderPolicyCheck } from '../surfaces/policy-check.ts';
import { sameText } from './comments.ts';
import { findCheck } from './show-check.ts';
import type { WriteContext } from './write-context.ts';

export async function showPolicy(
  context: WriteContext,
  repository: Repository,
  pull: { number: number | null; head: string },
  examination: Examination,
): Promise<{ id: number }> {
  const { conclusion, title, summary, text, annotations } = renderPolicyCheck(
    examination,
    pull.number === null ? 'default-branch' : 'pull',
  );
  const external_id = `policy:${pull.number ?? 'default-branch'}`;
  const existing = await findCheck(context, repository, {
    name: POLICY_CHECK_NAME,
    external_id,
    head: pull.head,
  });
  // Annotations can only be added to a check run, so an equal one is left as it is.
  if (
    existing?.conclusion === conclusion &&
    sameText(existing.output.title ?? '', title) &&
    sameText(existing.output.summary ?? '', summary) &&
    sameText(existing.output.text ?? '', text)
  )
    return { id: existing.id };
  const { data } = await context.clients(repository, 'check').rest.checks.create({
    ...repositoryPath(repository),
    name: POLICY_CHECK_NAME,
    head_sha: pull.head,
    external_id,
    status: 'completed',
    conclusion,
    output: { title, summary, ...(text === '' ? {} : { text }), annotations },
  });
  return { id: data.id };
}
