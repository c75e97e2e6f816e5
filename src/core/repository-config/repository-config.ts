/** `.github/gatehouse.yml` of a repository's default branch: as it is written, and as it is read. */

import { z } from 'zod';
import { BranchName } from '../branch-name.ts';
import { Budget, ScopeKind } from '../budget.ts';
import { chosenName } from '../chosen-name.ts';
import { GraphFiles } from '../graph/graph-file.ts';
import { DeclaredHook, HookFile } from '../hooks/hook.ts';
import { isReservedLabel } from '../labels.ts';
import { foldPath } from '../paths/fold-path.ts';
import { withoutTrailing } from '../text/without-trailing.ts';
import { Environments } from './environment.ts';
import { addFileFaults } from './repository-file-faults.ts';
import { Schedules } from './schedule.ts';

const Argv = z
  .array(z.string().min(1).max(4096), 'must be a list of 1 to 64 words, such as [npm, test]')
  .min(1)
  .max(64);

const RepositoryPath = z
  .string()
  .max(400)
  .regex(
    /^[^\p{Cc}\p{Cf}"\\*?]+$/u,
    'must name a folder or a file, without patterns, quotes and backslashes',
  )
  .refine(
    path => !path.startsWith('/') && !path.split('/').includes('..'),
    'must lie in the repository',
  )
  .refine(
    path => path === '' || foldPath(path) !== '',
    'names the root, which is meant where nothing is named',
  );

/** Folders and files; each folder stands for everything below it. */
const Paths = z.array(RepositoryPath).min(1).max(100);

/** The first words of commands, as argv; each stands for itself with any further arguments. */
const Commands = z
  .array(
    z
      .array(
        z.string().regex(/^[^\p{Cc}\s"'\\]{1,200}$/u, 'must be one word, without quotes'),
        'must be a list of 1 to 6 words, such as [npm, test]',
      )
      .min(1)
      .max(6),
    'must be a list of commands, such as [[npm, test]]',
  )
  .min(1)
  .max(100);

/** Branches by what stands on an issue. */
const Branches = z.record(z.string().min(1).max(300), BranchName).optional();

const Base = z.strictObject({
  default: BranchName.optional().describe('The base where neither labels nor milestone say one.'),
  labels: Branches.describe('The base of an issue with this label. It goes before the milestone.'),
  milestones: Branches.describe('The base of an issue in the milestone with this title.'),
});

const most = z.number().int().positive().max(1_000_000_000);

/** As it is once read: everything that decides work is there. Descriptions are shown by editors. */
export const RepositoryConfig = z.strictObject({
  directory: RepositoryPath.transform(path => withoutTrailing(path.replace(/^(\.\/+)+/, ''), '/'))
    .optional()
    .describe(
      'The folder that all commands run in. Left out: the root, or the only folder with a manifest.',
    ),
  commands: z
    .record(chosenName(31, '-_'), Argv)
    .describe(
      'The commands install, lint and test, each as a list of words that no shell reads. What is left out is found in the repository.',
    ),
  base: Base.optional(),
  remediate: z.strictObject({
    ci: z.boolean().describe('Whether failing checks on pull requests of Gatehouse start work.'),
    pulls: z
      .boolean()
      .optional()
      .describe(
        'Whether failing checks on pull requests of people start work, which is pushed to their branch.',
      ),
    reviews: z
      .boolean()
      .optional()
      .describe(
        'Whether reviews that ask for changes start work, where whoever gives them may write.',
      ),
  }),
  triage: z
    .strictObject({
      labels: z
        .array(
          z
            .string()
            .min(1)
            .max(50)
            .refine(
              name => name === name.trim() && !/\p{Cc}/u.test(name),
              'must be the name of a label, without blanks around it',
            )
            .refine(
              name => !isReservedLabel(name),
              'is a label that commands, or that Gatehouse itself sets: triage sets none of these',
            ),
        )
        .max(100)
        .describe('The labels that triage may set.'),
    })
    .optional()
    .describe('Whether issues are triaged when they are opened, and the labels for it.'),
  dispatch: z
    .strictObject({
      commands: z
        .array(chosenName(31, '-'))
        .min(1)
        .max(20)
        .describe('The commands that a `repository_dispatch` of the type `gatehouse` may give.'),
    })
    .optional()
    .describe('Work that the automation of the repository starts is opt-in.'),
  backlogs: z
    .strictObject({
      confirm: z
        .boolean()
        .describe('Whether a person says yes to the plan of a backlog before it begins.'),
    })
    .optional()
    .describe('How `/agent play` begins. Left out: a person is asked.'),
  checks: z
    .strictObject({
      waitHours: z
        .number()
        .positive()
        .max(720)
        .optional()
        .describe('For how many hours a merge waits for checks before a person is asked.'),
      beginMinutes: z
        .number()
        .min(0)
        .max(60)
        .optional()
        .describe('For how many minutes after each push a merge waits for checks to begin.'),
      baseOnly: z
        .array(z.string().min(1).max(300))
        .min(1)
        .max(100)
        .optional()
        .describe('Checks that run on the base branch alone: no pull request waits for them.'),
    })
    .optional()
    .describe('Which checks a merge waits for, and how long.'),
  environments: Environments.optional().describe(
    'Where the repository is deployed to, and what must hold there.',
  ),
  /** `observe`: the repository's own rules are tried; what they would answer is recorded and not enforced. */
  mode: z.enum(['enforce', 'observe']).optional(),
  // What follows only restricts: `policy/restrict.ts` makes forbids of it, but for the level of trust.
  roles: z
    .record(
      chosenName(31, '-'),
      z.strictObject({
        enabled: z.boolean().optional().describe('With false, the role never works here.'),
        trust: z
          .enum(['T0', 'T1', 'T2', 'T3'])
          .optional()
          .describe(
            'The highest level of trust of the role here. It only lowers what its profile grants.',
          ),
        paths: Paths.optional().describe('All folders and files that the role may write.'),
        commands: Commands.optional().describe(
          'The first words of all commands that the role may run.',
        ),
      }),
    )
    .optional()
    .describe('What each role may do here.'),
  scopes: z
    .strictObject({
      write: Paths.optional().describe('All folders and files that agents may write.'),
      never: Paths.optional().describe('What no agent may write, whoever approves.'),
    })
    .optional(),
  limits: z
    .strictObject({ files: most, lines: most, bytes: most })
    .partial()
    .optional()
    .describe('A change that is larger is not taken. Lines are added and removed together.'),
  budgets: z
    .partialRecord(ScopeKind.exclude(['day']), Budget)
    .optional()
    .describe(
      'What may be spent: of one run, of a task, of all work on an issue (lineage), and in this repository in a month. It only lowers what the deployment allows.',
    ),
  /** The repository's own hooks; once a task has begun, the deployment's are among them. */
  hooks: z.array(DeclaredHook).optional(),
});
export type RepositoryConfig = z.infer<typeof RepositoryConfig>;

/** As people write it: what is left out has its default. */
export const RepositoryConfigFile = RepositoryConfig.extend({
  commands: RepositoryConfig.shape.commands.default({}),
  base: z
    .union([BranchName.transform(name => ({ default: name })), Base])
    .optional()
    .describe('The branch that work is based on and merged into. Left out: the default branch.'),
  remediate: z
    .strictObject({
      ci: RepositoryConfig.shape.remediate.shape.ci.default(false),
      pulls: RepositoryConfig.shape.remediate.shape.pulls,
      reviews: RepositoryConfig.shape.remediate.shape.reviews,
    })
    .default({ ci: false })
    .describe('Work that CI and reviews start is opt-in.'),
  schedule: Schedules.optional().describe('What is done here at certain times, by name.'),
  hooks: HookFile.optional().describe(
    'Who is told, or what is started, at which moments of a task.',
  ),
  graphs: GraphFiles.optional().describe(
    'Graphs of steps by name. The one with the name of a command is what that command starts.',
  ),
}).superRefine(addFileFaults);
