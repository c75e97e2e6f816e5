/** Tries a draft on the server, and hands on each word of it as it comes. */
import { api, type FromApi } from '../api/client.ts';
import { eachLine } from '../api/each-line.ts';
import { problemOf } from '../api/problem.ts';
import type { operations } from '../api/schema.d.ts';

export type TriedPolicy =
  operations['postPolicyTrials']['requestBody']['content']['application/json'];
export type TrialNews = FromApi<'TrialNews'>;

/** Aborting ends it on the server too. */
export async function tryDraft(
  draft: TriedPolicy,
  told: (news: TrialNews) => void,
  signal: AbortSignal,
): Promise<void> {
  const { response, error } = await api.POST('/api/v1/policy/trials', {
    body: draft,
    parseAs: 'stream',
    signal,
  });
  if (error || !response.ok) throw problemOf(error, response);
  if (response.body !== null) await eachLine(response.body, told);
}
