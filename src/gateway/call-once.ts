/** One request to a model that costs one token, to see whether it answers. */
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { DIALECTS } from './dialects.ts';

const MOST_MS = 30_000;
const LONGEST_ANSWER = 500;

/** `by`: what is at fault: the credential, the way to the provider, or what it says of the call. */
export type NoAnswer = { by: 'credential' | 'connection' | 'provider'; why: string };

/** Why it does not answer; `null`: it does. */
export async function callOnce(
  { dialect, upstream }: Pick<ModelRoute, 'dialect' | 'upstream'>,
  model: string,
  credential: string | null,
): Promise<NoAnswer | null> {
  const { credential: headersOf, smallest } = DIALECTS[dialect];
  const { path, headers, body } = smallest(model);
  const given = credential === null ? {} : headersOf(credential, headers);
  let response: Response;
  try {
    response = await fetch(upstream.replace(/\/$/, '') + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers, ...given },
      body: JSON.stringify(body),
      // Whoever it refers to is not whom the credential is for.
      redirect: 'manual',
      signal: AbortSignal.timeout(MOST_MS),
    });
  } catch (error) {
    return { by: 'connection', why: connectionFault(error) };
  }
  if (response.ok) {
    await response.body?.cancel();
    return null;
  }
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    const why = `${response.status}, it refers to another address, where no credential is sent`;
    return { by: 'provider', why };
  }
  // A provider's message about a bad key may contain it, so it is not shown.
  if (response.status === 401 || response.status === 403) {
    await response.body?.cancel();
    return { by: 'credential', why: `${response.status}, it refuses the credential` };
  }
  // Of an answer that breaks off, its status is enough.
  const said = await beginningOf(response).catch(() => '');
  const shown = credential === null ? said : said.replaceAll(credential, '…');
  return { by: 'provider', why: `${response.status} ${shown}`.trim() };
}

/** Of a request that failed, `fetch` says only that it did; the reason is inside. */
function connectionFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, name } = error;
  if (name === 'TimeoutError') return `nothing within ${MOST_MS / 1_000} s`;
  if (!(cause instanceof Error)) return error.message;
  // Where several addresses were tried, there is a code and no text.
  return cause.message || ('code' in cause ? String(cause.code) : error.message);
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= LONGEST_ANSWER) break;
  }
  return text.slice(0, LONGEST_ANSWER).replaceAll(/\s+/g, ' ');
}
