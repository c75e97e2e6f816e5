/** The answers that a provider goes on with in the background are read and canceled by their ids. */
import type { ModelRoute } from '../engine/ports/gateway.ts';
import type { Background } from './background-answer.ts';
import { DIALECTS } from './dialects.ts';
import { toText, valueAt } from './json-values.ts';

type FollowAnswer = Pick<Background, 'takeUp' | 'cancel'> & {
  /** The stream of an answer from its first event on; `null`: it is not kept, or ended without a result. */
  fromStart(id: string): Promise<ReadableStream<Uint8Array> | null>;
};

/** A provider that does not answer for so long does not answer this time. */
const ANSWER_MS = 30_000;
const COMES = /^(queued|in_progress|completed)$/;

/** A credential is read for each request. */
export function followAnswer(
  { dialect, credential }: Pick<ModelRoute, 'dialect' | 'credential'>,
  answers: string,
): FollowAnswer {
  const ask = async (path: string, method: string) => {
    const secret = credential && (await credential());
    const headers = secret === null ? {} : DIALECTS[dialect].credential(secret, {});
    const begun = new AbortController();
    const timer = setTimeout(() => begun.abort(), ANSWER_MS);
    try {
      return await fetch(`${answers}/${path}`, {
        method,
        headers,
        redirect: 'manual',
        signal: begun.signal,
      });
    } finally {
      clearTimeout(timer);
    }
  };
  const streamOf = async (id: string, after: string) => {
    const response = await ask(`${encodeURIComponent(id)}?stream=true${after}`, 'GET');
    const isStream = /^text\/event-stream/i.test(response.headers.get('content-type') ?? '');
    if (response.ok && isStream && response.body) return response.body;
    await response.body?.cancel();
    // It is not kept any more, or never was.
    if (response.status === 404) return null;
    throw new Error(`it answered ${response.status}`);
  };
  return {
    takeUp: (id, after) => streamOf(id, after === null ? '' : `&starting_after=${after}`),
    async fromStart(id) {
      const response = await ask(encodeURIComponent(id), 'GET');
      const standing: unknown = response.ok ? await response.json() : null;
      if (!response.ok) await response.body?.cancel();
      return COMES.test(toText(valueAt(standing, 'status'))) ? streamOf(id, '') : null;
    },
    async cancel(id) {
      const canceled = await ask(`${encodeURIComponent(id)}/cancel`, 'POST').catch(() => null);
      await canceled?.body?.cancel();
    },
  };
}
