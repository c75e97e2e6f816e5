/** `.github/gatehouse.yml` of a repository's default branch: as it is written, and as it is read. */
import { z } from 'zod';
import { foldPath } from './fold-path.ts';

const Argv = z.array(z.string().min(1).max(4096)).min(1).max(64);

const RepositoryPath = z
  .string()
  .max(400)
  .regex(/^[^\p{Cc}\p{Cf}"\\*?]+$/u, 'names a folder or a file, without patterns or quotes')
  .refine(
    path => !path.startsWith('/') && !path.split('/').includes('..'),
    'must lie in the repository',
  )
  .refine(path => foldPath(path) !== '', 'names nothing');

/** Folders and files; each folder stands for everything below it. */
const Paths = z.array(RepositoryPath).min(1).max(100);

/** The first words of commands, as argv; each stands for itself with any further arguments. */
const Commands = z
  .array(
    z
      .array(z.string().regex(/^[^\p{Cc}\s"'\\]{1,200}$/u, 'is one word, without quotes'))
      .min(1)
      .max(6),
  )
  .min(1)
  .max(100);

const most = z.number().int().positive().max(1_000_000_000);

/** As it is once read: everything that decides work is there. */
export const RepositoryConfig = z.strictObject({
  /** The folder whose commands are detected, and that all commands run in; left out: see `toolchain/`. */
  directory: RepositoryPath.transform(path => path.replace(/^(\.\/+)+|\/+$/g, '')).optional(),
  /** The repository's own commands, as argv: never through a shell of ours. */
  commands: z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/), Argv),
  /** Work that CI starts is opt-in. */
  remediate: z.strictObject({ ci: z.boolean() }),
  // What follows only restricts: `policy/restrict.ts` makes forbids of it.
  /** What each role may do here. */
  roles: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
      z.strictObject({
        /** `false`: it never works here. */
        enabled: z.boolean().optional(),
        /** All that it may write. */
        paths: Paths.optional(),
        /** All that it may run. */
        commands: Commands.optional(),
      }),
    )
    .optional(),
  scopes: z
    .strictObject({
      /** All that agents may write. */
      write: Paths.optional(),
      /** What no agent writes, whoever approves. */
      never: Paths.optional(),
    })
    .optional(),
  /** A change that is larger is not taken. `lines`: added and removed together. */
  limits: z.strictObject({ files: most, lines: most, bytes: most }).partial().optional(),
});
export type RepositoryConfig = z.infer<typeof RepositoryConfig>;

/** As people write it: what is left out has its default. */
export const RepositoryConfigFile = RepositoryConfig.extend({
  commands: RepositoryConfig.shape.commands.default({}),
  remediate: z.strictObject({ ci: z.boolean().default(false) }).default({ ci: false }),
});
