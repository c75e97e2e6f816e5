/** `POST /api/v1/policy/what-if`: what policy would answer to facts that are made up, and why. */
import { z } from 'zod';
import { whoApproves } from '../../core/approvals/who-approves.ts';
import { askIsolated, IsolatedStopped } from '../../engine/policies/isolated/isolated.ts';
import { usualFacts } from '../../engine/policies/standing.ts';
import { FactsShorthand, factsFromShorthand } from '../../policy/facts-shorthand.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import type { HttpProblem } from '../problem.ts';
import { ExplainedDecision } from '../tasks/decisions.ts';
import { inPolicyTurn } from '../turns.ts';
import { AskedOf, findAsked } from './asked.ts';

const PolicyExplanation = ExplainedDecision.omit({ task: true, seq: true, at: true })
  .extend({
    approval: z.string().nullable().describe('Who would have to approve; null: nobody is asked.'),
  })
  .meta({ id: 'PolicyExplanation' });

/** Whoever works waits for it; facts of the usual size take far less than a second. */
const LIMIT_MS = 10_000;

export const whatIf = endpoint(
  {
    method: 'post',
    path: '/api/v1/policy/what-if',
    tag: 'policy',
    summary: 'What policy would answer to these facts, and what would change the answer.',
    body: AskedOf.extend({
      facts: FactsShorthand.omit({
        role: true,
        requester: true,
        repository: true,
        named: true,
      }).describe('What is not the usual case, as in a table of tests.'),
    }).strict(),
    ok: PolicyExplanation,
  },
  async ({ viewer, body, signal }, services) => {
    const known = await findAsked(body, viewer, services);
    if (!known.ok) return refused(known.problem);
    const { asked, rules } = known;
    const made = factsFromShorthand({ ...usualFacts(services, rules, asked), ...body.facts });
    if ('problem' in made) return refused(unusable(made.problem));
    const job = { policies: rules.set.texts, facts: made.facts };
    return inPolicyTurn(signal, async () => {
      try {
        const explanation = await askIsolated('explain', job, null, LIMIT_MS);
        const { decision } = explanation;
        const approval = decision.outcome === 'require_approval' ? whoApproves(decision) : null;
        return found({ ...explanation, approval });
      } catch (error) {
        if (!(error instanceof IsolatedStopped)) throw error;
        return refused(unusable(error.message));
      }
    });
  },
);

const unusable = (message: string): HttpProblem => ({
  status: 422,
  title: 'The facts are not valid',
  code: 'unusable_facts',
  message: `These facts make no question: ${message}`,
  next: 'Correct what it names; docs/policies.md says which facts each action has.',
});
