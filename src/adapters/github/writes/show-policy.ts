/** The check run `gatehouse/policy`: one for each pull request (or the default branch) and head, found by its external id. */
import type { Repository } from '../../../core/actor.ts';
import { aboutPolicy } from '../../../core/check-about.ts';
import type { Examination } from '../../../core/examination.ts';
import { repositoryPath } from '../client/repository-path.ts';
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
  const external_id = aboutPolicy(pull.number);
  const existing = await findCheck(context, repository, {
    name: POLICY_CHECK_NAME,
    external_id,
    head: pull.head,
  });
  // Annotations can only be added to a check run, so to an equal one they are not. It is written all
  // the same: once somebody asked for it again, GitHub counts it as not done.
  if (
    existing?.conclusion === conclusion &&
    sameText(existing.output.title ?? '', title) &&
    sameText(existing.output.summary ?? '', summary) &&
    sameText(existing.output.text ?? '', text)
  ) {
    const same = { ...repositoryPath(repository), check_run_id: existing.id };
    const ended = { status: 'completed' as const, conclusion };
    await context.clients(repository, 'check').rest.checks.update({ ...same, ...ended });
    return { id: existing.id };
  }
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
