/** What an endpoint found, as a response of HTTP. */
import { hash } from 'node:crypto';
import type { ApiAnswer, ApiEndpoint } from './endpoint.ts';
import { type HttpProblem, SAFE_HEADERS } from './problem.ts';

/** Whoever shows it asks first whether it is still that. */
const KEPT = { ...SAFE_HEADERS, 'cache-control': 'private, no-cache' };

export const tagOf = (version: string): string => `W/"${hash('sha256', version, 'base64url')}"`;

/** `known`: the versions that the client has, as `If-None-Match` lists them. */
export async function answered(
  given: ApiAnswer<unknown>,
  { media }: Pick<ApiEndpoint, 'media'>,
  known: string | undefined,
): Promise<Response | { problem: HttpProblem }> {
  if (!given.ok) return given;
  if (given.etag !== null) {
    const etag = tagOf(given.etag);
    if (known?.split(',').some(one => one.trim() === etag))
      return new Response(null, { status: 304, headers: { ...KEPT, etag } });
    return json(await given.render(), 200, { ...KEPT, etag });
  }
  if ('body' in given)
    return new Response(given.body, {
      headers: { ...SAFE_HEADERS, 'content-type': media, ...given.headers },
    });
  return json(given.value, given.status, { ...SAFE_HEADERS, ...given.headers });
}

/** Nobody waits for it any more: what it would stream is ended, and how it fails is nobody's. */
export function endLate(work: Promise<Response | { problem: HttpProblem }>): void {
  work.then(late => ('problem' in late ? undefined : late.body?.cancel())).catch(() => {});
}

const json = (value: unknown, status: number, headers: Record<string, string>): Response =>
  new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
