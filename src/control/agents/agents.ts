/** `GET /api/v1/agents`: the roles with their chains as they stand, and the record of each agent. */
import { z } from 'zod';
import { chainAsItStands } from '../../engine/routing/chains.ts';
import { recordsOf } from '../../engine/routing/records.ts';
import { Trust } from '../../policy/trust.ts';
import { ShownPrice } from '../budgets/shown-account.ts';
import { endpoint, found } from '../endpoint.ts';
import { hasRole, repositoriesOf } from '../viewer.ts';

const DAY_MS = 86_400_000;
const MOST_RECORDS = 500;

const AgentRole = z
  .object({
    name: z.string(),
    description: z.string(),
    trust: Trust,
    tools: z.array(z.string()),
    readOnly: z.boolean(),
    runsOn: z.array(z.string()).describe('The labels of the workers that may run it.'),
    order: z
      .enum(['fixed', 'success', 'cost', 'latency'])
      .describe('What its chain is ordered by.'),
    chain: z.array(
      z.object({
        adapter: z.string(),
        model: z.string().nullable(),
        provider: z.string().nullable(),
        version: z.string().nullable(),
        state: z
          .enum(['next', 'ready', 'resting', 'unable'])
          .describe('resting: its circuit breaker is open, for some minutes.'),
        reason: z.string(),
      }),
    ),
  })
  .meta({ id: 'AgentRole' });

const ShownRecord = z
  .object({
    role: z.string(),
    adapter: z.string(),
    model: z.string().nullable(),
    provider: z.string().nullable(),
    repository: z.object({ id: z.int(), name: z.string() }).nullable(),
    runs: z.int(),
    succeeded: z
      .int()
      .describe(
        'Runs whose work stood: no gate was red on it, nobody sent it back, its task was not given up.',
      ),
    successRate: z.number().describe('From 0 to 1.'),
    medianMs: z.int().nullable().describe('Half of those whose work stood took no longer.'),
    tokens: z.int(),
    price: ShownPrice,
    pricePerSuccess: ShownPrice.nullable().describe('What did not stand was paid as well.'),
    denied: z.int().describe('What policy denied to it, in all of them.'),
    interventions: z
      .int()
      .describe(
        'How often people denied what it asked for, or asked for more on its pull request.',
      ),
    trust: z
      .object({ from: Trust, to: Trust, because: z.string() })
      .nullable()
      .describe('The level that it has earned; null: its role is no role of the deployment.'),
    askedPerRun: z.number().nullable().describe('How often people were asked in a run.'),
    failures: z
      .array(z.object({ class: z.string(), runs: z.int() }))
      .describe('How the others failed, or why their work did not stand: red, sent_back …'),
    lastAt: z.iso.datetime(),
  })
  .meta({ id: 'AgentRecord' });

export const listAgents = endpoint(
  {
    method: 'get',
    path: '/api/v1/agents',
    tag: 'agents',
    summary: 'Roles with their chains as they stand, and the record of each agent.',
    query: z.object({
      days: z.coerce.number().int().min(1).max(400).default(30),
      by: z.enum(['agent', 'repository']).default('agent').describe('repository: apart for each.'),
    }),
    ok: z
      .object({ roles: z.array(AgentRole), records: z.array(ShownRecord), more: z.boolean() })
      .meta({ id: 'Agents' }),
  },
  async ({ viewer, query }, services) => {
    const { profiles, clock } = services;
    const whole = hasRole(viewer, 'operator', null);
    const roles: z.input<typeof AgentRole>[] = [];
    for (const profile of profiles.values()) {
      const { name, description, trust, tools, readOnly, order } = profile;
      const chain = await chainAsItStands(services, profile, whole);
      const runsOn = profile['runs-on'];
      roles.push({ name, description, trust, tools, readOnly, runsOn, order, chain });
    }
    const since = new Date(clock.now().getTime() - query.days * DAY_MS);
    const asked = {
      repositories: repositoriesOf(viewer),
      since,
      byRepository: query.by === 'repository',
    };
    const records = await recordsOf(services, asked, MOST_RECORDS + 1);
    const more = records.length > MOST_RECORDS;
    return found({ roles, records: records.slice(0, MOST_RECORDS), more });
  },
);
