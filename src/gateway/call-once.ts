/** One request to a model that costs one token, to see whether it answers. */
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { DIALECTS } from './dialects.ts';

const MOST_MS = 30_000;
const LONGEST_ANSWER = 500;

/** Why it does not answer; `null`: it does. Throws where it can't be reached. */
export async function callOnce(
  { dialect, upstream }: Pick<ModelRoute, 'dialect' | 'upstream'>,
  model: string,
  credential: string | null,
): Promise<string | null> {
  const { credential: headersOf, smallest } = DIALECTS[dialect];
  const { path, headers, body } = smallest(model);
  const given = credential === null ? {} : headersOf(credential, headers);
  const response = await fetch(upstream.replace(/\/$/, '') + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, ...given },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(MOST_MS),
  });
  if (response.ok) {
    await response.body?.cancel();
    return null;
  }
  // A provider's message about a bad key may contain it, so it is not shown.
  if (response.status === 401 || response.status === 403) {
    await response.body?.cancel();
    return `${response.status}, it refuses the credential`;
  }
  const said = await beginningOf(response);
  return `${response.status} ${credential === null ? said : said.replaceAll(credential, '…')}`.trim();
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
