import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { buildSchema, execute, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { report } from '../contract/violations.ts';
import type { GitHub } from '../github.ts';
import { authenticate, rateKey } from '../rest/actor.ts';
import type { Reply } from '../rest/call.ts';
import { errorBody, Refusal, refusal } from '../rest/errors.ts';
import { enter, limitHeaders } from '../rest/limits.ts';
import { createCommitOnBranch } from './commit.ts';
import * as mutations from './mutations.ts';
import * as queries from './queries.ts';

const ROOT = { ...queries, ...mutations, createCommitOnBranch };

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
    const leave = enter(github, rateKey(actor), /^\s*mutation\b/.test(request.query));
    try {
      const result = await run(github, request, { github, actor });
      return { status: 200, body: result, headers: limitHeaders(github, rateKey(actor)) };
    } finally {
      leave();
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: errorBody(error), headers: error.headers };
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

async function run(github: GitHub, request: GraphqlRequest, contextValue: queries.Context) {
  const name = request.operationName ?? request.query.trim().split('\n')[0]?.slice(0, 80) ?? '';
  try {
    const document = parse(request.query);
    const invalid = validate(loadSchema(), document);
    if (invalid.length) return { errors: departures(github, name, request, invalid) };
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
