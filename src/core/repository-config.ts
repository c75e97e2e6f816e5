/** `.github/gatehouse.yml` of a repository's default branch, with its defaults. */
import { z } from 'zod';

const Argv = z.array(z.string().min(1).max(4096)).min(1).max(64);

export const RepositoryConfig = z.strictObject({
  /** The repository's own commands, as argv: never through a shell of ours. */
  commands: z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/), Argv).default({}),
  /** Work that CI starts is opt-in. */
  remediate: z.strictObject({ ci: z.boolean().default(false) }).default({ ci: false }),
});
export type RepositoryConfig = z.infer<typeof RepositoryConfig>;
