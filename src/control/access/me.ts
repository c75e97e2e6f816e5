/** `GET /api/v1/me`: who asks, what they see, and which roles they hold. */
import { z } from 'zod';
import { DEPLOYMENT_ROLES } from '../../core/access/roles.ts';
import { endpoint, found } from '../endpoint.ts';

/** More is named by no page; how many there are is said. */
const MOST_REPOSITORIES = 500;

const Me = z
  .object({
    kind: z.enum(['person', 'operator', 'token']),
    name: z.string().describe('A login, an account on the machine, or the project of a token.'),
    id: z.string().nullable().describe('Of the account on GitHub, or of the token.'),
    mayApprove: z.boolean().describe('Whether what they say of a request can count at all.'),
    repositories: z.array(z.object({ id: z.int(), name: z.string().nullable(), role: z.string() })),
    repositoryCount: z.int(),
    roles: z.array(
      z.object({
        role: z.enum(DEPLOYMENT_ROLES),
        repositories: z.array(z.int()).nullable().describe('null: the whole deployment.'),
      }),
    ),
  })
  .meta({ id: 'Me' });

export const showMe = endpoint(
  {
    method: 'get',
    path: '/api/v1/me',
    tag: 'access',
    summary: 'Who asks, what they may see, and which roles they hold.',
    ok: Me,
  },
  async ({ viewer: { who, repositories, roles } }, { seenBy }) => {
    const seen = who.kind === 'person' ? await seenBy?.(who.id) : null;
    const names = new Map(seen?.repositories.map(({ id, name }) => [id, name]));
    const first = [...repositories].slice(0, MOST_REPOSITORIES);
    return found({
      kind: who.kind,
      name: who.kind === 'person' ? who.login : who.kind === 'token' ? who.project : who.name,
      id: who.kind === 'operator' ? null : String(who.id),
      mayApprove: who.kind === 'person',
      repositories: first.map(([id, role]) => ({ id, name: names.get(id) ?? null, role })),
      repositoryCount: repositories.size,
      roles: [...roles].map(([role, where]) => ({
        role,
        repositories: where === 'all' ? null : [...where],
      })),
    });
  },
);
