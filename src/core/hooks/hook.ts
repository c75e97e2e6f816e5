/** Hooks: who is told, or what is started, at moments in the life of a task. */
import { z } from 'zod';

export const Moment = z.enum([
  'run_started',
  'run_finished',
  'decided',
  'approval',
  'budget',
  'merged',
  'failed',
  'finished',
]);
export type Moment = z.infer<typeof Moment>;

/** Of a hook, and of an endpoint of the deployment. */
export const HookName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a name in lower case, such as "team"');

export const Moments = z.array(Moment).min(1).max(Moment.options.length);

/** A task that a hook starts. `text`: what stands after its command. */
const Start = z.strictObject({
  command: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  text: z.string().min(1).max(4_000),
});

/**
 * A hook as a task keeps it: what is told to whom stands in its log, so a replay knows it too. `by`:
 * the deployment declares hooks for every repository, a repository for itself. It tells an endpoint,
 * starts a task, or both.
 */
export const DeclaredHook = z.strictObject({
  name: HookName,
  by: z.enum(['repository', 'deployment']),
  on: Moments,
  webhook: HookName.optional(),
  start: Start.optional(),
});
export type DeclaredHook = z.infer<typeof DeclaredHook>;

/** A task that is over, or whose work is merged, may be followed by another one. */
const ENDS = new Set<Moment>(['merged', 'failed', 'finished']);

/** As people write it in `gatehouse.yml`. */
export const HookFile = z
  .array(
    z
      .strictObject({
        name: HookName.describe('What the hook is called.'),
        on: Moments.describe('The moments in the life of a task at which it happens.'),
        webhook: HookName.optional().describe(
          'Who is told: an endpoint, by the name that the deployment gave it.',
        ),
        start: Start.optional().describe('The task that it starts, by its command.'),
        by: z.literal('repository').default('repository'),
      })
      .refine(({ webhook, start }) => webhook !== undefined || start !== undefined, {
        error: 'does nothing: name a webhook, or what to start',
      })
      .refine(({ on, start }) => start === undefined || on.every(moment => ENDS.has(moment)), {
        error: 'starts a task on merged, failed or finished alone',
      }),
  )
  .max(20);

/** What a hook is told. `about`: what tells this moment from others of its kind in the task. */
export type Notice = {
  moment: Moment;
  about: string;
  /** The run that it is of; null where it is of the whole task. */
  of: string | null;
  /** How it came out, in a word. */
  outcome: string;
  /** In words; what agents and people wrote may be among them. */
  reason: string;
};
