import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { report } from '../contract/violations.ts';
import type { GitHub } from '../github.ts';
import { type Actor, authenticate } from '../rest/actor.ts';
import type { Reply } from '../rest/call.ts';
import { count } from '../rest/counted.ts';
import { errorBody, Refusal, refusal } from '../rest/errors.ts';
import { enter, limitHeaders } from '../rest/limits.ts';
import { createCommitOnBranch } from './commit.ts';
import { type Cost, costOf } from './cost.ts';
import * as mutations from './mutations.ts';
import * as queries from './queries.ts';
import { updateRefs } from './refs.ts';

const ROOT = { ...queries, ...mutations, createCommitOnBranch, updateRefs };

let schema: GraphQLSchema | undefined;

function loadSchema(): GraphQLSchema {
  schema ??= buildSchema(
    readFileSync(new URL('../contract/github.graphql', import.meta.url), 'utf8'),
    {
      // It comes from GitHub: what needs checking is the queries.
      assumeValid: true,
    },
  );
  return schema;
}

interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

export async function serveGraphql(
  github: GitHub,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<Reply> {
  try {
    const actor = authenticate(github, headers.authorization);
    if (actor.kind === 'anonymous')
      throw refusal(401, 'This endpoint requires you to be authenticated.');
    if (actor.kind === 'app') throw refusal(401, 'Bad credentials');
    const request = readRequest(body);
    const reply = await answer(github, actor, request);
    return { ...reply, headers: { ...limitHeaders(github, actor, 'graphql'), ...reply.headers } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: errorBody(error), headers: error.headers };
  }
}

async function answer(github: GitHub, actor: Actor, request: GraphqlRequest): Promise<Reply> {
  const read = understand(github, request);
  if ('errors' in read) return { status: 200, body: read };
  const { document, cost } = read;
  const settle = (status: number, message: string) =>
    count(github, actor, {
      operation: 'graphql',
      kind: cost.mutates ? 'write' : 'read',
      status,
      cost: message === '' ? cost.points : 0,
      message,
    });
  let leave: () => void;
  try {
    leave = enter(github, {
      actor,
      resource: 'graphql',
      cost: cost.points,
      points: cost.mutates ? 5 : 1,
      createsContent: cost.mutates,
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    settle(error.status, error.message);
    // The hour's points being spent is told with 200, unlike by REST.
    if (!error.message.startsWith('API rate limit exceeded')) throw error;
    return { status: 200, body: { errors: [{ type: 'RATE_LIMITED', message: error.message }] } };
  }
  try {
    const body = await run(github, request, document, { github, actor, cost });
    settle(200, '');
    return { status: 200, body };
  } finally {
    leave();
  }
}

function readRequest(body: Buffer): GraphqlRequest {
  try {
    const request = JSON.parse(body.toString());
    if (typeof request?.query === 'string') return request;
  } catch {
    // Answered below, like a body without a query.
  }
  throw refusal(400, 'Problems parsing JSON');
}

const nameOf = ({ operationName, query }: GraphqlRequest): string =>
  operationName ?? query.trim().split('\n')[0]?.slice(0, 80) ?? '';

/** The query and what it costs, or why it is none. */
function understand(
  github: GitHub,
  request: GraphqlRequest,
): { document: DocumentNode; cost: Cost } | { errors: unknown[] } {
  const name = nameOf(request);
  try {
    const document = parse(request.query);
    const invalid = validate(loadSchema(), document);
    if (invalid.length) return { errors: departures(github, name, request, invalid) };
    return { document, cost: costOf(loadSchema(), document, request) };
  } catch (error) {
    if (error instanceof Refusal)
      return { errors: departures(github, name, request, [new GraphQLError(error.message)]) };
    if (!(error instanceof GraphQLError)) throw error;
    return { errors: departures(github, name, request, [error]) };
  }
}

async function run(
  github: GitHub,
  request: GraphqlRequest,
  document: DocumentNode,
  contextValue: queries.Context,
) {
  const name = nameOf(request);
  try {
    const result = await execute({
      schema: loadSchema(),
      document,
      rootValue: ROOT,
      contextValue,
      variableValues: request.variables,
      operationName: request.operationName,
    });
    github.log(`graphql ${name} ${result.errors?.map(error => error.message).join('; ') ?? 'ok'}`);
    // Errors of our own resolvers carry their cause; others mean that variables or answers do not fit.
    const unfit = (result.errors ?? []).filter(error => !(error.originalError instanceof Refusal));
    departures(github, name, request, unfit);
    return { ...result, ...(result.errors && { errors: result.errors.map(present) }) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { errors: departures(github, name, request, [error]) };
  }
}

function departures(
  github: GitHub,
  name: string,
  request: GraphqlRequest,
  errors: readonly GraphQLError[],
) {
  report(
    github,
    'graphql',
    name,
    errors.map(error => error.originalError?.stack ?? error.message),
    request,
  );
  return errors.map(present);
}

const TYPES: Readonly<Record<number, string>> = {
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'STALE_DATA',
  422: 'UNPROCESSABLE',
};

function present(error: GraphQLError) {
  const { message, path, locations, originalError } = error;
  const type = originalError instanceof Refusal ? TYPES[originalError.status] : undefined;
  return { ...(type && { type }), ...(path && { path }), locations, message };
}
