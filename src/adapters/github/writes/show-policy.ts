/** The check run `gatehouse/policy`: one for each pull request and head, found by its external id. */
import type { Repository } from '../../../core/actor.ts';
import type { Examination } from '../../../core/examination.ts';
import { POLICY_CHECK_NAME, renderPolicyCheck } from '../surfaces/policy-check.ts';
import { sameText } from './comments.ts';
import { findCheck } from './show-check.ts';
import { at, type Writing } from './writing.ts';

export async function showPolicy(
  writing: Writing,
  repository: Repository,
  pull: { number: number; head: string },
  examination: Examination,
): Promise<{ id: number }> {
  const { conclusion, title, summary, text, annotations } = renderPolicyCheck(examination);
  const external_id = `policy:${pull.number}`;
  const standing = await findCheck(writing, repository, {
    name: POLICY_CHECK_NAME,
    external_id,
    head: pull.head,
  });
  // Annotations can only be added: what stands already is left as it is.
  if (
    standing?.conclusion === conclusion &&
    sameText(standing.output.title ?? '', title) &&
    sameText(standing.output.summary ?? '', summary) &&
    sameText(standing.output.text ?? '', text)
  )
    return { id: standing.id };
  const { data } = await writing.clients(repository, 'check').rest.checks.create({
    ...at(repository),
    name: POLICY_CHECK_NAME,
    head_sha: pull.head,
    external_id,
    status: 'completed',
    conclusion,
    output: { title, summary, ...(text === '' ? {} : { text }), annotations },
  });
  return { id: data.id };
}
