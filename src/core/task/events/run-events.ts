/** The events of one run, from its queue to what it produced. */
import { z } from 'zod';
import { Usage } from '../../agent-event.ts';
import { Touched } from '../../condition/touched.ts';
import { Digest } from '../../decision.ts';
import { eventSchema } from '../../event.ts';
import { Handover } from '../../handover/handover.ts';
import { Executor, RunPurpose } from './run.ts';
import { Work } from './work.ts';

const RunId = z.string();
const number = z.number().int();

export const RunEvent = z.discriminatedUnion('type', [
  eventSchema('run.queued', 1, {
    run: RunId,
    step: z.string(),
    round: number,
    attempt: number,
    executor: Executor,
    purpose: RunPurpose,
    notBefore: z.iso.datetime().nullable(),
  }),
  /** Which agent works, before policy is asked whether it may. */
  eventSchema('run.chosen', 1, {
    run: RunId,
    adapter: z.string(),
    version: z.string(),
    /** The model that it calls, and whose; null where it calls none. */
    model: z.string().nullable(),
    provider: z.string().nullable(),
    reason: z.string(),
    /** Those of the chain that were passed over, and why. */
    skipped: z.array(
      z.strictObject({ adapter: z.string(), model: z.string().nullable(), reason: z.string() }),
    ),
    /** How many of the chain are left to be tried after it. */
    others: number.nonnegative(),
  }),
  /** No worker that is at work may work on it: it waits for one. */
  eventSchema('run.unplaced', 1, { run: RunId, reason: z.string() }),
  eventSchema('run.started', 1, {
    run: RunId,
    epoch: number,
    worker: z.string(),
    adapter: z.string().nullable(),
  }),
  eventSchema('run.produced', 3, {
    run: RunId,
    ok: z.boolean(),
    exitCode: number.nullable(),
    /** For people: one or two sentences. */
    summary: z.string(),
    work: Work.nullable(),
    /** How many paths of its work the conditions of the graph that ask about paths stand for. */
    touched: z.record(z.string(), Touched),
    prepared: z.strictObject({ key: z.string(), paths: z.array(z.string()) }).nullable(),
    session: z.string().nullable(),
    usage: Usage,
    journal: Digest.nullable(),
    /** What it hands over to the steps after it; null: nothing, or it failed. */
    handover: Handover.nullable(),
  }),
  /** What an agent handed over stands on GitHub: in a comment, or as a review of a pull request. */
  eventSchema('run.reported', 1, {
    run: RunId,
    as: z.enum(['comment', 'review']),
    /** GitHub's id of it. */
    id: number,
  }),
  /** The labels that an agent chose stand on the issue. */
  eventSchema('run.labeled', 1, { run: RunId, labels: z.array(z.string()) }),
]);
type RunEvent = z.infer<typeof RunEvent>;

/** What a run produced, once its agent or command has ended, as far as its task keeps it. */
export type Produced = Pick<
  Extract<RunEvent, { type: 'run.produced' }>['data'],
  'ok' | 'exitCode' | 'summary' | 'work' | 'touched' | 'handover'
>;
