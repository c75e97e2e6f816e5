/** `/api/v1/tokens`: machine tokens, seen, made and ended by operators of what they are for. */
import { z } from 'zod';
import { STARTABLE } from '../../core/commands/commands.ts';
import { createToken, revokeToken, type TokenMaker } from '../../engine/access/tokens.ts';
import type { MachineToken } from '../../engine/ports/machine-tokens.ts';
import type { ControlServices } from '../control-services.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { forbidden, notFound } from '../faults.ts';
import type { HttpProblem } from '../problem.ts';
import type { Viewer } from '../viewer.ts';

const DAY_MS = 86_400_000;

const Grant = {
  project: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,59}$/i,
      'must be a word of letters, digits, dots, hyphens and underscores',
    ),
  repositories: z
    .array(
      z.object({
        name: z
          .string()
          .regex(/^[\w.-]{1,60}\/[\w.-]{1,100}$/, 'must be owner/name')
          .describe('owner/name'),
        alias: z
          .string()
          .regex(/^[\w.-]{1,60}$/)
          .nullable()
          .describe('Another name for it in calls.'),
      }),
    )
    .min(1, 'must name at least one')
    .max(100),
  commands: z.array(z.string()).describe('What it may ask for.'),
  trusted: z
    .boolean()
    .describe('Whether its texts count as written by somebody with write access.'),
  reads: z.boolean().describe('Whether it reads every task of its repositories.'),
};

const Token = z
  .object({
    ...Grant,
    id: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().describe('To the minute.'),
  })
  .meta({ id: 'MachineToken' });

const NewToken = z
  .strictObject({
    ...Grant,
    commands: z.array(z.enum(STARTABLE)).min(1, 'must be at least one').max(STARTABLE.length),
    trusted: Grant.trusted.default(false),
    reads: Grant.reads.default(false),
    days: z.int('must be a number of days').min(1).max(3650).default(90),
  })
  .meta({ id: 'NewMachineToken' });

const NOT_OPERATOR = forbidden(
  'Tokens are for the operators of all repositories that they name.',
  'Ask whoever operates Gatehouse: `GATEHOUSE_ROLES` names the operators.',
);

/** Null: whoever asks may make and end tokens, of the repositories that they operate. */
export const mayNotMakeTokens = (viewer: Viewer): HttpProblem | null =>
  makerOf(viewer) === null ? NOT_OPERATOR : null;

/** Who may make and end tokens; `null`: a token may not, and who holds the role nowhere. */
function makerOf({ who, roles }: Viewer): TokenMaker | null {
  return who.kind === 'token' || !roles.has('operator') ? null : who;
}

type Named = Pick<MachineToken, 'repositories'>;

/** Those of which they operate every repository; what has had no task yet is for operators of all. */
async function operated<T extends Named>(
  { roles }: Viewer,
  tokens: readonly T[],
  { taskPages }: Pick<ControlServices, 'taskPages'>,
): Promise<T[]> {
  const where = roles.get('operator');
  if (where === undefined) return [];
  if (where === 'all') return [...tokens];
  const names = new Set(tokens.flatMap(namesOf));
  const known = Map.groupBy(await taskPages.repositoriesNamed([...names]), ({ name }) => name);
  return tokens.filter(token =>
    namesOf(token).every(name => known.get(name)?.every(({ id }) => where.has(id)) ?? false),
  );
}

const namesOf = ({ repositories }: Named): string[] =>
  repositories.map(({ name }) => name.toLowerCase());

const operates = async (viewer: Viewer, token: Named, services: ControlServices) =>
  (await operated(viewer, [token], services)).length > 0;

export const listTokens = endpoint(
  {
    method: 'get',
    path: '/api/v1/tokens',
    tag: 'access',
    summary: 'The machine tokens of repositories that one operates, newest first.',
    ok: z
      .object({
        tokens: z.array(Token),
        commands: z.array(z.enum(STARTABLE)).describe('What a token may ask for at all.'),
      })
      .meta({ id: 'MachineTokens' }),
  },
  async ({ viewer }, services) => {
    const problem = mayNotMakeTokens(viewer);
    if (problem) return refused(problem);
    const mine = await operated(viewer, await services.machineTokens.list(), services);
    return found({
      commands: [...STARTABLE],
      tokens: mine.map(({ createdAt, expiresAt, revokedAt, lastUsedAt, ...token }) => ({
        ...token,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        revokedAt: revokedAt?.toISOString() ?? null,
        lastUsedAt: lastUsedAt?.toISOString() ?? null,
      })),
    });
  },
);

export const makeToken = endpoint(
  {
    method: 'post',
    path: '/api/v1/tokens',
    tag: 'access',
    summary: 'Make a machine token. Its text is in this answer, and nowhere else.',
    body: NewToken,
    ok: z.object({ id: z.string(), text: z.string() }).meta({ id: 'MachineTokenMade' }),
  },
  async ({ viewer, body: { days, ...wanted } }, services) => {
    const by = makerOf(viewer);
    if (by === null || !(await operates(viewer, wanted, services))) return refused(NOT_OPERATOR);
    const expiresAt = new Date(services.clock.now().getTime() + days * DAY_MS);
    return found(await createToken(services, { ...wanted, expiresAt }, by));
  },
);

export const endToken = endpoint(
  {
    method: 'delete',
    path: '/api/v1/tokens/{token}',
    tag: 'access',
    summary: 'End a machine token at once.',
    params: z.object({ token: z.string().regex(/^[0-9a-f]{12}$/) }),
    ok: z
      .object({
        revoked: z.string(),
        open: z.array(z.string()).describe('The tasks that it started and that are open.'),
      })
      .meta({ id: 'MachineTokenRevoked' }),
  },
  async ({ viewer, params: { token } }, services) => {
    const by = makerOf(viewer);
    if (by === null) return refused(NOT_OPERATOR);
    const known = (await services.machineTokens.list()).find(({ id }) => id === token);
    // Whose repositories they do not operate is not there for them.
    if (!known || !(await operates(viewer, known, services))) return refused(notFound('token'));
    const open = await revokeToken(services, token, by);
    return open === null ? refused(notFound('token')) : found({ revoked: token, open });
  },
);
