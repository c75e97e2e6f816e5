/** Asks the API, by the types that are generated from its document. */
import createClient from 'openapi-fetch';
import { API_ROOT } from '../shell/address.ts';
import { problemOf, unreachable } from './problem.ts';
import type { components, paths } from './schema.d.ts';

export const api = createClient<paths>({ baseUrl: API_ROOT.href.replace(/\/$/, '') });

api.use({
  // A question that nobody waits for any more is no problem.
  onError: ({ error, request }) =>
    error instanceof DOMException ? error : unreachable(request.method),
});

/** What the API's document calls so. */
export type FromApi<Name extends keyof components['schemas']> = components['schemas'][Name];

/** What it answered; a refusal and a server that does not answer are thrown as an `ApiProblem`. */
export async function answerOf<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await asked;
  if (data === undefined) throw problemOf(error, response);
  return data;
}
