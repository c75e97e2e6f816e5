/** `GET /api/v1/doctor`: what `gatehouse doctor` finds on the machine that answers. */
import { z } from 'zod';
import { endpoint, found, refused } from '../endpoint.ts';
import { notOperator } from '../operators.ts';
import type { HttpProblem } from '../problem.ts';

const NO_DOCTOR: HttpProblem = {
  status: 503,
  title: 'Service Unavailable',
  code: 'no_doctor',
  message: 'This process can not look at its machine.',
  next: 'Run `gatehouse doctor` on the machine instead.',
};

const ShownCheck = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  remediation: z.string().nullable().describe('What mends it.'),
});

const CheckedAgent = z
  .object({
    adapter: z.string(),
    state: z.enum(['ready', 'unused', 'broken']),
    version: z.string().nullable(),
    pinned: z.string().nullable(),
    oldest: z.string().nullable(),
    credentials: z.array(z.string()),
    call: z.string().nullable(),
    problem: z.string().nullable(),
    remediation: z.string().nullable(),
  })
  .meta({ id: 'CheckedAgent' });

export const askDoctor = endpoint(
  {
    method: 'get',
    path: '/api/v1/doctor',
    tag: 'diagnostics',
    summary: 'What is wrong with the settings, the machine and the App, and what mends it.',
    ok: z
      .object({
        at: z.iso.datetime().describe('When it looked; it looks again after half a minute.'),
        checks: z.array(ShownCheck),
        mode: z.enum(['real', 'simulated']),
        agents: z.array(CheckedAgent),
        roles: z
          .array(z.object({ role: z.string(), problem: z.string(), remediation: z.string() }))
          .describe('The roles that no agent is ready for.'),
        warnings: z
          .array(z.object({ problem: z.string(), remediation: z.string() }))
          .describe('What works, and may not be as it is meant, such as a cap that holds nothing.'),
      })
      .meta({ id: 'Doctor' }),
  },
  async ({ viewer }, { doctor }) => {
    const problem = notOperator(viewer);
    if (problem) return refused(problem);
    if (doctor === null) return refused(NO_DOCTOR);
    const { at, checks, agents } = await doctor();
    const { mode, agents: checked, roles, warnings } = agents;
    return found({ at: at.toISOString(), checks, mode, agents: checked, roles, warnings });
  },
);
