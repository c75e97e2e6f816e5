/** Tries a draft on the server, and hands on each word of it as it comes. */
import { api, type FromApi } from '../api/client.ts';
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
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) told(JSON.parse(line));
  }
}
