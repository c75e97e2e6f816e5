/** A suite, as a maintainer writes it: tasks with their graders, and the profiles that are compared on them. */
import { z } from 'zod';
import { Budget, tooSmall } from '../budget.ts';
import { type CommandName, STARTABLE_ALONE } from '../commands/commands.ts';
import { FrontMatter } from '../profile.ts';

const Name = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,39}$/, 'must be letters, digits, `.`, `_` and `-`, at most 40');

/** Where something is on this machine: from the folder of the suite's file on. */
const Folder = z.string().min(1).max(4_096);

const InRepository = z
  .string()
  .min(1)
  .max(400)
  .refine(
    path => !path.startsWith('/') && !path.split('/').includes('..'),
    'must be a path from the root of the repository, such as "src/" or "test/*.js"',
  );

/** Such as `src/**`, which stands for nothing here: a pattern that never fits would pass or fail everything. */
const FOREIGN_SIGN = /\*\*|[?{}]|^!/;

const Pattern = InRepository.refine(
  path => !FOREIGN_SIGN.test(path),
  'has a sign that stands for nothing here (`**`, `?`, `{…}`, `!`): a folder such as "src/" stands for all below it, `*` for part of one name, and each other choice is a pattern of its own',
);

const CommandGrader = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Passes where it exits with 0, in a sandbox without a network, on what the task left.',
    ),
  hidden: Folder.optional().describe(
    'A folder of files that are laid over the work before the command runs; no agent has seen them.',
  ),
  seconds: z.number().int().min(1).max(7_200).default(600),
});

const ChangeGrader = z.strictObject({
  change: z
    .strictObject({
      must: z.array(Pattern).max(100).default([]).describe('Each is changed.'),
      mustNot: z.array(Pattern).max(100).default([]).describe('None is changed.'),
      lines: z.number().int().nonnegative().optional().describe('Most lines, added and removed.'),
      files: z.number().int().nonnegative().optional().describe('Most files.'),
    })
    .refine(
      ({ must, mustNot, lines, files }) =>
        must.length > 0 || mustNot.length > 0 || lines !== undefined || files !== undefined,
      'must have at least one of must, mustNot, lines and files: without, it passes whatever is done',
    )
    .describe('What the change may be. A folder stands for all below it, `*` for part of a name.'),
});
export type ChangeRules = z.infer<typeof ChangeGrader>['change'];

const Grader = z.union([CommandGrader, ChangeGrader]);
export type Grader = z.infer<typeof Grader>;

/** What `plan` and `explain` hand over is a text, and graders see files alone. */
const TEXTS: ReadonlySet<string> = new Set<CommandName>(['plan', 'explain']);
const GRADED = STARTABLE_ALONE.filter(name => !TEXTS.has(name));

const notGraded = ({ input }: { input?: unknown }): string | undefined =>
  typeof input === 'string' && TEXTS.has(input)
    ? `${input} leaves a text alone, which no grader sees: name ${GRADED.join(', ')}`
    : undefined;

const EvaluationTask = z.strictObject({
  repository: z
    .string()
    .min(1)
    .max(4_096)
    .refine(place => !place.startsWith('-'), 'must be a folder or an address')
    .describe(
      'A folder, or what `git clone` takes. A folder that is no repository is taken as it is.',
    ),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'must be a whole commit: 40 digits and letters from a to f')
    .optional()
    .describe('The commit to begin at; of a folder that is no repository it is left out.'),
  command: z.enum(GRADED, { error: notGraded }).default('fix'),
  role: FrontMatter.shape.name.optional().describe('Who does the work, instead of the author.'),
  title: z.string().min(1).max(300),
  body: z.string().max(32_768).default(''),
  graders: z.array(Grader).min(1).max(20),
});
export type EvaluationTask = z.infer<typeof EvaluationTask>;

const EvaluationProfile = z.strictObject({
  agents: Folder.optional().describe(
    "A folder with a file for each role; the deployment's without.",
  ),
  roles: z
    .record(FrontMatter.shape.name, FrontMatter.shape.chain)
    .default({})
    .describe('By role: another chain of adapter and model than its file has.'),
  simulation: Folder.optional().describe(
    'A folder with a script for each role: nothing real is called.',
  ),
});
export type EvaluationProfile = z.infer<typeof EvaluationProfile>;

const Threshold = z.strictObject({
  pass: z.number().min(0).max(1).describe('The least rate of runs that pass.'),
  runs: z.number().int().min(1).describe('Fewer graded runs say nothing.'),
});
export type Threshold = z.infer<typeof Threshold>;

/** How unlikely by chance alone what is called a regression is, where a suite says nothing. */
const CHANCE = 0.01;

const named = <S extends z.ZodType>(schema: S, what: string) =>
  z
    .record(Name, schema)
    .refine(entries => Object.keys(entries).length > 0, `must have at least one ${what}`);

/** Of each task by each profile. */
export const MOST_REPEATS = 100;

export const EvaluationSuite = z.strictObject({
  version: z.literal(1),
  tasks: named(EvaluationTask, 'task'),
  profiles: named(EvaluationProfile, 'profile'),
  repeat: z
    .number()
    .int()
    .min(1)
    .max(MOST_REPEATS)
    .default(1)
    .describe('Runs of each task by each profile.'),
  budget: Budget.superRefine((budget, context) => {
    for (const { unit, least } of tooSmall(budget))
      context.addIssue({ code: 'custom', path: [unit], message: `must be at least ${least}` });
  })
    .optional()
    .describe('What one run of a task may spend at most.'),
  thresholds: z
    .record(Name, Threshold)
    .default({})
    .describe('By name: what a profile has to reach, such as for a level of trust.'),
  regression: z
    .strictObject({
      chance: z
        .number()
        .gt(0)
        .max(0.5)
        .default(CHANCE)
        .describe('A regression is what chance alone would show less often than this.'),
    })
    .default({ chance: CHANCE }),
});
export type EvaluationSuite = z.infer<typeof EvaluationSuite>;
