/** `GET /api/v1/budgets`: how the caps stand, and who may raise them. */
import { z } from 'zod';
import { ScopeKind } from '../../core/budget.ts';
import { budgetsFor } from '../../engine/spending/budgets.ts';
import { endpoint, found } from '../endpoint.ts';
import { hasRole, repositoriesOf } from '../viewer.ts';
import { ShownUnit } from './shown-unit.ts';

const Time = z.iso.datetime();

const ShownScope = z
  .object({
    kind: z.enum(['day', 'repository']),
    period: z.string().describe('The day or the month, of UTC.'),
    repository: z.object({ id: z.int(), name: z.string() }).nullable(),
    units: z.array(ShownUnit),
  })
  .meta({ id: 'ScopeStanding' });

export const showBudgets = endpoint(
  {
    method: 'get',
    path: '/api/v1/budgets',
    tag: 'budgets',
    summary: 'How caps stand, who may raise them, and which raises wait for people.',
    ok: z
      .object({
        today: ShownScope.nullable().describe(
          'Of all repositories; null where whoever asks does not operate the deployment.',
        ),
        repositories: z.array(ShownScope).describe('What cost most this month first.'),
        caps: z
          .array(z.object({ scope: ScopeKind, of: z.string(), caps: z.array(z.string()) }))
          .describe("The deployment's caps of each scope, in words; a repository may lower them."),
        raise: z.object({
          outcome: z.enum(['allow', 'deny', 'require_approval']),
          words: z.string().describe('Who may raise a cap, and how.'),
        }),
        waiting: z
          .array(
            z.object({
              task: z.string(),
              approval: z.string(),
              repository: z.string(),
              title: z.string(),
              resource: z.string().describe('Which cap, from what to what.'),
              requestedAt: Time,
            }),
          )
          .describe('Raises that people are asked to approve.'),
      })
      .meta({ id: 'Budgets' }),
  },
  async ({ viewer }, services) => {
    const isOperator = hasRole(viewer, 'operator', null);
    return found(await budgetsFor(services, repositoriesOf(viewer), isOperator));
  },
);
