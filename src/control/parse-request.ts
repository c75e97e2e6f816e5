/** Parses the path, the query and the body of a request by the schemas of its endpoint. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { ApiEndpoint } from './endpoint.ts';
import { invalid, NO_JSON, NUL, unreadable } from './faults.ts';
import type { HttpProblem } from './problem.ts';

/**
 * Reads a body of JSON, bounded in size and depth, or says what is wrong with it. Where the body is too
 * large, the reader answers by itself, because the rest of the body is not waited for.
 */
export type ReadJson = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<{ ok: true; value: unknown } | { ok: false; status: number; problem: string }>;

type Given = { params: unknown; query: unknown; body: unknown };

/** Returns null where the request was answered already. */
export async function parseRequest(
  { params, query, body }: ApiEndpoint,
  c: Context<{ Bindings: HttpBindings }>,
  readJson: ReadJson,
): Promise<{ ok: true; given: Given } | { ok: false; problem: HttpProblem } | null> {
  // No name contains NUL, and PostgreSQL takes no text with it.
  if (c.env.incoming.url?.includes('%00')) return { ok: false, problem: NUL };
  const path = read('path', params, c.req.param());
  if (!path.ok) return path;
  const search = read('query', query, c.req.query());
  if (!search.ok) return search;
  const given = { params: path.value, query: search.value, body: undefined };
  if (body === null) return { ok: true, given };
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
    return { ok: false, problem: NO_JSON };
  const { incoming, outgoing } = c.env;
  const json = await readJson(incoming, outgoing);
  if (outgoing.headersSent) return null;
  if (!json.ok) return { ok: false, problem: unreadable(json.status, json.problem) };
  const parsed = read('body', body, json.value);
  return parsed.ok ? { ok: true, given: { ...given, body: parsed.value } } : parsed;
}

type Read = { ok: true; value: unknown } | { ok: false; problem: HttpProblem };

function read(where: string, schema: z.ZodType, value: unknown): Read {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, problem: invalid(where, parsed.error) };
}
