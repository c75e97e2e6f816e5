/** `GET /api/v1/policy`: policy as it stands for a repository, a role and a person. */
import { z } from 'zod';
import { Action, Gate, Outcome } from '../../core/decision.ts';
import { standingPolicy } from '../../engine/policies/standing.ts';
import { endpoint, refused, versioned } from '../endpoint.ts';
import { inWords } from '../problem.ts';
import { ShownFault } from '../repositories/show.ts';
import { AskedOf, findAsked } from './asked.ts';
import { deploymentChange, PolicyChange, repositoryChange } from './change.ts';
import { mayNotTry } from './trial.ts';

const Answer = z
  .object({
    action: Action,
    gate: Gate,
    outcome: Outcome,
    reasons: z.array(z.string()),
    policies: z.array(z.string()),
    approval: z.string().nullable().describe('Who would have to approve; null: nobody is asked.'),
  })
  .meta({ id: 'PolicyAnswer' });

const NotTried = z.string().nullable().describe('Why they can not; null: they can.');

export const showPolicy = endpoint(
  {
    method: 'get',
    path: '/api/v1/policy',
    tag: 'policy',
    summary: 'Policy as it stands for a repository, the role of an agent and the role of a person.',
    query: AskedOf,
    ok: z
      .object({
        repository: z.string(),
        commit: z.string().describe('The head of the default branch that its rules are read from.'),
        digest: z.string(),
        faults: z
          .array(ShownFault)
          .describe("Of the repository's rules; while there are any, nothing is permitted."),
        answers: z
          .array(Answer)
          .describe('In the usual case: nothing was found, checks are green, nobody has approved.'),
        policies: z.array(
          z.object({
            id: z.string(),
            effect: z.enum(['permit', 'forbid']),
            reason: z.string(),
            file: z.string(),
            line: z.int(),
          }),
        ),
        texts: z.array(
          z.object({
            name: z.string(),
            text: z.string(),
            origin: z.enum(['deployment', 'configuration', 'repository']),
          }),
        ),
        change: z
          .object({ deployment: PolicyChange, repository: PolicyChange })
          .describe('How a change is proposed.'),
        trials: z
          .object({ deployment: NotTried, repository: NotTried })
          .describe('Whether whoever asks may try a draft of each.'),
      })
      .meta({ id: 'PolicyStanding' }),
  },
  async ({ viewer, query }, services) => {
    const found = await findAsked(query, viewer, services);
    if (!found.ok) return refused(found.problem);
    const { asked, rules, branch, commit } = found;
    const { settings, policies } = services;
    const { owner, name } = asked.repository;
    const { role, requester } = query;
    const trials = {
      deployment: inWords(mayNotTry(viewer, null)),
      repository: inWords(mayNotTry(viewer, asked.repository.id)),
    };
    return versioned(
      JSON.stringify([rules.set.digest, rules.faults, commit, role, requester, trials]),
      () => ({
        repository: `${owner}/${name}`,
        commit,
        ...standingPolicy(services, rules, asked),
        change: {
          deployment: deploymentChange(
            settings,
            policies.texts.map(({ name }) => name),
          ),
          repository: repositoryChange(asked.repository, branch, settings.web),
        },
        trials,
      }),
    );
  },
);
