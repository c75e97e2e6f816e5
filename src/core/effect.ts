/** Effects: what is to be done outside, derived from events, each with an idempotency key. */
import { z } from 'zod';
import { Repository } from './actor.ts';
import { Action } from './decision.ts';
import { Reply } from './reply.ts';
import { Surface } from './surface.ts';
import { Target } from './target.ts';

const Base = {
  /** Unique within its stream; opening it again while it is open makes one effect of the two. */
  key: z.string(),
  /** The event that opened it last: an outcome of an older opening does not settle it. */
  since: z.number().int().positive(),
  /** How often it has failed. */
  failures: z.number().int().nonnegative(),
  /** ISO 8601; `null`: now. */
  notBefore: z.string().nullable(),
};
const OfRun = { ...Base, run: z.string() };

export const Effect = z.discriminatedUnion('kind', [
  /**
   * Ask policy; `run` is null where the task, or a rework of it, is judged. Not strict: effects that
   * were opened by an earlier version name the gate as well.
   */
  z.object({
    ...Base,
    kind: z.literal('decide'),
    action: Action,
    run: z.string().nullable(),
    rework: z.string().nullable(),
  }),
  /** Let an agent or a command work in the sandbox. */
  z.strictObject({ ...OfRun, kind: z.literal('attempt') }),
  z.strictObject({ ...OfRun, kind: z.literal('push') }),
  z.strictObject({ ...OfRun, kind: z.literal('open_pull') }),
  z.strictObject({ ...OfRun, kind: z.literal('mark_ready') }),
  z.strictObject({ ...OfRun, kind: z.literal('merge') }),
  z.strictObject({
    ...Base,
    kind: z.literal('acknowledge'),
    repository: Repository,
    target: Target,
  }),
  z.strictObject({
    ...Base,
    kind: z.literal('answer'),
    repository: Repository,
    target: Target,
    answer: Reply,
  }),
  z.strictObject({
    ...Base,
    kind: z.literal('remove_label'),
    issue: z.number().int(),
    label: z.string(),
  }),
  /** Say on a pull request that changes policy what it would do. */
  z.strictObject({
    ...Base,
    kind: z.literal('examine_policy'),
    repository: Repository,
    pull: z.number().int(),
    head: z.string(),
  }),
  z.strictObject({ ...Base, kind: z.literal('show'), surface: Surface }),
  z.strictObject({ ...Base, kind: z.literal('clean_up') }),
]);
export type Effect = z.infer<typeof Effect>;

/** An effect as `react` opens it; the machinery adds the rest. */
export type NewEffect = Effect extends infer E
  ? E extends Effect
    ? Omit<E, 'since' | 'failures' | 'notBefore'> & { notBefore?: string }
    : never
  : never;
