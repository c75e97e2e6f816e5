/** The events of a task about deployments, and about what must hold where it was deployed. */
import { z } from 'zod';
import { eventSchema } from '../../event.ts';
import { Sha } from './work.ts';

const run = z.string();
const id = z.number().int();

/** One criterion, and what was seen. Text from outside may be in `seen`. */
export const CriterionResult = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  /** For people. */
  seen: z.string(),
  /** For an agent: what was expected and found, without any text from outside. */
  fault: z.string(),
});
export type CriterionResult = z.infer<typeof CriterionResult>;

export const DeployEvent = z.discriminatedUnion('type', [
  /** GitHub is about to be asked to run its workflow: whatever becomes of the answer, it is not asked twice. */
  eventSchema('deployment.ordered', 1, {
    run,
    workflow: z.string(),
    branch: z.string(),
    commit: Sha,
  }),
  /** GitHub declined that or was not reached, so that nothing runs: it may be ordered once more. */
  eventSchema('deployment.declined', 1, { run }),
  /** The repository's own deployment was started, by a GitHub deployment or by its workflow. */
  eventSchema('deployment.started', 1, {
    run,
    environment: z.string(),
    commit: Sha,
    deployment: id.nullable(),
    workflowRun: id.nullable(),
    link: z.string().nullable(),
  }),
  /** It was looked at, and is not over. */
  eventSchema('deployment.awaited', 1, {
    run,
    detail: z.string(),
    link: z.string().nullable(),
    lookAt: z.iso.datetime(),
  }),
  /** The deployment has succeeded. */
  eventSchema('deployment.succeeded', 1, {
    run,
    link: z.string().nullable(),
    /** Where it is reached; null where nobody said. */
    address: z.string().nullable(),
  }),
  /** GitHub tells something about a deployment that this run waits for. */
  eventSchema('deployment.signaled', 1, { run }),
  /** GitHub asks whether a deployment may go ahead that this run has started. */
  eventSchema('gate.asked', 1, { run, workflowRun: id, environment: z.string() }),
  /** Somebody else's deployment that GitHub asked about goes ahead. */
  eventSchema('gate.released', 1, { run, workflowRun: id, environment: z.string() }),
  /** What must hold there was looked at; `lookAt`: when again, null where that was the last time. */
  eventSchema('acceptance.judged', 1, {
    run,
    address: z.string().nullable(),
    results: z.array(CriterionResult),
    lookAt: z.iso.datetime().nullable(),
  }),
]);
export type DeployEvent = z.infer<typeof DeployEvent>;
