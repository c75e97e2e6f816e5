/**
 * One endpoint of the API: what it takes and gives, as schemas from which the OpenAPI document is made,
 * and what it does. What it is given has passed its schemas.
 */
import { z } from 'zod';
import type { MachineToken } from '../engine/ports/machine-tokens.ts';
import type { ControlServices } from './control-services.ts';
import { TOO_SLOW } from './faults.ts';
import type { HttpProblem } from './problem.ts';
import type { Viewer } from './viewer.ts';

/** What is asked. */
type ApiRequest<P, Q, B> = {
  viewer: Viewer;
  /** The machine token that asks; null where a person does. */
  token: MachineToken | null;
  params: P;
  query: Q;
  body: B;
  header: (name: string) => string | undefined;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** Whether whoever asks is still known, and may see what they could when they asked. */
  stands: () => Promise<boolean>;
};

export type ApiAnswer<V> =
  | { ok: true; status: number; headers: Record<string, string>; etag: null; value: V }
  /** `render` is not called where the client has this version already. */
  | { ok: true; etag: string; render: () => V | Promise<V> }
  /** Something that is no JSON, such as a stream; its media type is the endpoint's. */
  | { ok: true; etag: null; headers: Record<string, string>; body: ReadableStream | Uint8Array }
  | { ok: false; problem: HttpProblem };

export const found = <V>(value: V, headers: Record<string, string> = {}): ApiAnswer<V> => ({
  ok: true,
  status: 200,
  headers,
  etag: null,
  value,
});

/** `version`: changes with whatever is shown. */
export const versioned = <V>(version: string, render: () => V | Promise<V>): ApiAnswer<V> => ({
  ok: true,
  etag: version,
  render,
});

export const refused = (problem: HttpProblem): { ok: false; problem: HttpProblem } => ({
  ok: false,
  problem,
});

const NOTHING = z.object({});
const NO_BODY = z.undefined();

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type Given<P, Q, B, V> = {
  method: Method;
  /** As OpenAPI writes it, such as `/api/v1/tasks/{task}`. */
  path: `/api/v1/${string}`;
  /** Its area in the document, and one line about it. */
  tag: string;
  summary: string;
  params?: P;
  /** A value that it does not name is refused, because a misspelt filter would show too much. */
  query?: Q;
  body?: B;
  ok: V;
  /** What it answers with where that is no JSON; `ok` describes it then. */
  media?: string;
  /** What is said where its answer takes too long; the same as of all others where it is left out. */
  tooSlow?: HttpProblem;
};

export type ApiEndpoint = {
  method: Method;
  path: string;
  tag: string;
  summary: string;
  params: z.ZodObject;
  query: z.ZodObject;
  /** `null`: it takes none. */
  body: z.ZodType | null;
  ok: z.ZodType;
  media: string;
  tooSlow: HttpProblem;
  /** The values have passed its schemas. */
  answer(
    asked: ApiRequest<unknown, unknown, unknown>,
    services: ControlServices,
  ): Promise<ApiAnswer<unknown>>;
};

export function endpoint<
  V extends z.ZodType,
  P extends z.ZodObject = typeof NOTHING,
  Q extends z.ZodObject = typeof NOTHING,
  B extends z.ZodType = typeof NO_BODY,
>(
  given: Given<P, Q, B, V>,
  run: (
    asked: ApiRequest<z.output<P>, z.output<Q>, z.output<B>>,
    services: ControlServices,
  ) => Promise<ApiAnswer<z.input<V>>>,
): ApiEndpoint {
  const { method, path, tag, summary, ok, media = 'application/json', tooSlow = TOO_SLOW } = given;
  return {
    method,
    path,
    tag,
    summary,
    ok,
    media,
    tooSlow,
    params: given.params ?? NOTHING,
    query: (given.query ?? NOTHING).strict(),
    body: given.body ?? null,
    // Whoever calls has parsed them by the schemas above.
    answer: (asked, services) =>
      run(asked as ApiRequest<z.output<P>, z.output<Q>, z.output<B>>, services),
  };
}
