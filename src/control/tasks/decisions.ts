/** What policy decided about a task, and why: the same as `gatehouse policy explain --json`. */
import { z } from 'zod';
import { Gate, Outcome, PolicyDecision, type Result } from '../../core/decision.ts';
import { recordedFacts, recordedSet } from '../../engine/policies/recorded.ts';
import { loadTask } from '../../engine/queries/queries.ts';
import { explain } from '../../policy/explain.ts';
import { endpoint, versioned } from '../endpoint.ts';
import { seenDecision } from './seen-decision.ts';
import { NO_TASK, seenTask, TaskParams } from './seen-task.ts';

const ResultTree: z.ZodType<Result> = z
  .object({
    name: z.string(),
    outcome: z.enum(['allow', 'deny', 'require_approval', 'error', 'not_applicable']),
    reason: z.string(),
    get children() {
      return z.array(ResultTree);
    },
  })
  .meta({ id: 'ResultTree' });

const Observed = PolicyDecision.shape.observed.unwrap();

const DecisionSummary = z
  .object({
    seq: z.int().describe('The number of its event.'),
    gate: z.string(),
    action: z.string(),
    resource: z.string(),
    outcome: Outcome,
    reasons: z.array(z.string()),
    policies: z.array(z.string()).describe('Those that determined it.'),
    observed: Observed.nullable(),
  })
  .meta({ id: 'DecisionSummary' });

const Decision = PolicyDecision.extend({ gate: Gate, tree: ResultTree }).meta({ id: 'Decision' });

export const ExplainedDecision = z
  .object({
    task: z.string(),
    seq: z.int(),
    at: z.iso.datetime(),
    decision: Decision,
    asked: z.array(
      z.object({
        action: z.string(),
        resource: z.string(),
        outcome: Outcome,
        policies: z.array(
          z.object({
            id: z.string(),
            effect: z.enum(['permit', 'forbid']),
            reason: z.string(),
            file: z.string(),
            line: z.int(),
            applies: z.boolean().describe('Whether its conditions hold.'),
            determined: z.boolean().describe('Whether the decision rests on it.'),
          }),
        ),
      }),
    ),
    changes: z
      .array(z.object({ change: z.string(), outcome: Outcome }))
      .describe('Single changes of the facts that lead to another answer.'),
  })
  .meta({ id: 'ExplainedDecision' });

export const listDecisions = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/decisions',
    tag: 'tasks',
    summary: 'What policy decided about a task, in order.',
    params: TaskParams,
    ok: z.object({ decisions: z.array(DecisionSummary) }).meta({ id: 'DecisionList' }),
  },
  async ({ viewer, params }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const { hash, state } = await loadTask(services.log, row.id);
    return versioned(hash, () => ({
      decisions: state.decisions.map(({ findings: _, ...decision }) => decision),
    }));
  },
);

export const explainDecision = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/decisions/{seq}',
    tag: 'tasks',
    summary: 'Why one decision is as it is, and what would change it.',
    params: TaskParams.extend({ seq: z.coerce.number().int().min(1).max(2_147_483_647) }),
    ok: ExplainedDecision,
  },
  async ({ viewer, params }, services) => {
    const found = await seenDecision(services, viewer, params);
    if (!found.ok) return found;
    const { task, hash, recorded, audit } = found;
    return versioned(`explained ${hash}`, async () => {
      const [facts, set] = await Promise.all([
        recordedFacts(audit, recorded),
        recordedSet(audit, recorded),
      ]);
      return { task, seq: recorded.seq, at: recorded.at, ...explain(set, facts) };
    });
  },
);
