/** `GET /api/v1/me`: who asks, what they see, and which roles they hold. */
import { z } from 'zod';
import { DEPLOYMENT_ROLES } from '../../core/access/roles.ts';
import { STARTABLE } from '../../core/commands/commands.ts';
import { mayNotReadLog } from '../audit/whole-log.ts';
import { endpoint, found } from '../endpoint.ts';
import { notOperator } from '../operators.ts';
import { inWords } from '../problem.ts';
import { mayNotStartTasks } from '../tasks/submit.ts';
import { mayNotMakeTokens } from './tokens.ts';

/** More is named by no page; how many there are is said. */
const MOST_REPOSITORIES = 500;

const NotMay = z.string().nullable();

const Me = z
  .object({
    kind: z.enum(['person', 'operator', 'token']),
    name: z.string().describe('A login, an account on the machine, or the project of a token.'),
    id: z.string().nullable().describe('Of the account on GitHub, or of the token.'),
    mayApprove: z.boolean().describe('Whether what they say of a request can count at all.'),
    repositories: z.array(z.object({ id: z.int(), name: z.string().nullable(), role: z.string() })),
    repositoryCount: z.int(),
    mayNot: z
      .object({
        operate: NotMay.describe('See the queue, the workers and the deliveries.'),
        readLog: NotMay.describe('Verify and export the whole log.'),
        makeTokens: NotMay.describe('Make and end machine tokens.'),
        startTasks: NotMay.describe('Start tasks in a repository that they may write to.'),
      })
      .describe('What is of more than one task. Each: why they may not; null: they may.'),
    commands: z.array(z.enum(STARTABLE)).describe('Those that start a task.'),
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
  async ({ viewer }, { seenBy, taskPages }) => {
    const { who, repositories, roles } = viewer;
    const seen = who.kind === 'person' ? await seenBy?.(who.id) : null;
    const names = new Map(seen?.repositories.map(({ id, name }) => [id, name]));
    const first = [...repositories].slice(0, MOST_REPOSITORIES);
    // GitHub names them to people; to an operator of the shell and to a token, their tasks do.
    const unnamed = first.flatMap(([id]) => (names.has(id) ? [] : [id]));
    for (const task of unnamed.length > 0 ? await taskPages.latestOf(unnamed) : [])
      names.set(task.repositoryId, task.repository);
    return found({
      kind: who.kind,
      name: who.kind === 'person' ? who.login : who.kind === 'token' ? who.project : who.name,
      id: who.kind === 'operator' ? null : String(who.id),
      mayApprove: who.kind === 'person',
      repositories: first.map(([id, role]) => ({ id, name: names.get(id) ?? null, role })),
      repositoryCount: repositories.size,
      mayNot: {
        operate: inWords(notOperator(viewer)),
        readLog: inWords(mayNotReadLog(viewer)),
        makeTokens: inWords(mayNotMakeTokens(viewer)),
        startTasks: inWords(mayNotStartTasks(viewer)),
      },
      commands: [...STARTABLE],
      roles: [...roles].map(([role, where]) => ({
        role,
        repositories: where === 'all' ? null : [...where],
      })),
    });
  },
);
