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
  // GitHub adds annotations to those that are there, so a run that has some says nothing else.
  const isNoted = existing !== null && existing.output.annotations_count > 0;
  const isSame =
    existing?.conclusion === conclusion &&
    sameText(existing.output.title ?? '', title) &&
    sameText(existing.output.summary ?? '', summary) &&
    sameText(existing.output.text ?? '', text);
  const { rest } = context.clients(repository, 'check');
  const ended = { ...repositoryPath(repository), status: 'completed' as const, conclusion };
  const output = { title, summary, text, annotations };
  // It is written also where it is the same: once somebody asked for it again, GitHub counts it as not done.
  if (existing && (isSame || !isNoted)) {
    const { id } = existing;
    await rest.checks.update({ ...ended, check_run_id: id, ...(isNoted ? {} : { output }) });
    return { id };
  }
  const { data } = await rest.checks.create({
    ...ended,
    name: POLICY_CHECK_NAME,
    head_sha: pull.head,
    external_id,
    output,
  });
  return { id: data.id };
}
