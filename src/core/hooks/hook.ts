/** Hooks: who is told, or what is started, at moments in the life of a task or a backlog. */
import { z } from 'zod';
import { chosenName } from '../chosen-name.ts';
import { WorkCommand } from '../commands/work-command.ts';

export const Moment = z.enum([
  'run_started',
  'run_finished',
  'decided',
  'approval',
  'asked',
  'budget',
  'merged',
  'failed',
  'finished',
  'backlog_waits',
  'backlog_ended',
]);
export type Moment = z.infer<typeof Moment>;

/** Of a hook, and of an endpoint of the deployment. */
const HookName = chosenName(31, '-');

export const Moments = z.array(Moment).min(1).max(Moment.options.length);

/** A task that a hook starts. `text`: what stands after its command. */
const Start = z.strictObject({
  command: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  text: z.string().min(1).max(4_000),
});

const StartFile = Start.extend({ command: WorkCommand });

/** One of the repository's own commands, which a hook runs in the sandbox. */
const HookCommand = chosenName(31, '-_');

/** The role of an agent that reads what there is at that moment. */
const HookRole = chosenName(31, '-');

/**
 * A hook as a task keeps it: what is told to whom stands in its log, so a replay knows it too. `by`:
 * the deployment declares hooks for every repository, a repository for itself. It tells an endpoint,
 * starts a task, runs a command, has an agent work in a role, or several of these.
 */
export const DeclaredHook = z.strictObject({
  name: HookName,
  by: z.enum(['repository', 'deployment']),
  on: Moments,
  webhook: HookName.optional(),
  start: Start.optional(),
  command: HookCommand.optional(),
  agent: HookRole.optional(),
  step: z.string().optional(),
});
export type DeclaredHook = z.infer<typeof DeclaredHook>;

/** A task that is over, or whose work is merged, may be followed by another one. */
const ENDS = new Set<Moment>(['merged', 'failed', 'finished']);

/** At these, which are no task's, an endpoint is told and nothing else is done. */
export const BACKLOG_MOMENTS: ReadonlySet<Moment> = new Set(['backlog_waits', 'backlog_ended']);

/** What works before and after a run is a step of the task. */
const AROUND = new Set<Moment>(['run_started', 'run_finished']);

/** A command is a step before and after a run; at the other moments it is all of a task of its own. */
const RUNS = new Set<Moment>([...ENDS, ...AROUND, 'decided']);

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
        start: StartFile.optional().describe('The task that it starts, by its command.'),
        command: HookCommand.optional().describe(
          'The command of `commands` that it runs in the sandbox.',
        ),
        agent: HookRole.optional().describe(
          'The role of the agent that it has work, which reads and changes nothing.',
        ),
        step: chosenName(31, '-_')
          .optional()
          .describe('The step before or after which that works. Left out: each agent.'),
      })
      .refine(
        hook =>
          [hook.webhook, hook.start, hook.command, hook.agent].some(does => does !== undefined),
        {
          error: 'does nothing: name a webhook, a command, an agent, or what to start',
        },
      )
      .refine(({ on, command }) => command === undefined || on.every(moment => RUNS.has(moment)), {
        error: `has a command, which runs on ${[...RUNS].join(', ')} alone`,
      })
      .refine(({ on, agent }) => agent === undefined || on.every(moment => AROUND.has(moment)), {
        error: 'has an agent, which works on run_started and run_finished alone',
      })
      .refine(
        ({ on, step }) => step === undefined || on.some(moment => moment.startsWith('run_')),
        {
          error: 'names a step, which is of run_started and run_finished alone',
        },
      )
      .refine(({ on, start }) => start === undefined || on.every(moment => ENDS.has(moment)), {
        error: 'has a task to start, which merged, failed and finished alone do',
      })
      .transform(hook => ({ ...hook, by: 'repository' as const })),
  )
  .max(20)
  .superRefine((hooks, context) => {
    const names = hooks.map(({ name }) => name);
    for (const [index, name] of names.entries())
      if (names.indexOf(name) < index)
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `another hook is called ${name} as well`,
        });
  });

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
