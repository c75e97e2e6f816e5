/** The variables about runs: how many there are at a time, and what each may have and see. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { Label } from '../core/profile.ts';
import { whole } from './formats.ts';

export const RunVariables = z.object({
  GATEHOUSE_CONCURRENCY: whole(1, 64)
    .default(4)
    .describe('how many runs one process works on at a time, 1 to 64'),
  GATEHOUSE_CONCURRENCY_PER_REPOSITORY: whole(1, 64)
    .optional()
    .describe('how many of these may be of one repository; left out, all of them'),
  GATEHOUSE_COMMAND_MINUTES: whole(1, 1_440)
    .default(20)
    .describe("how many minutes one of a repository's commands may take, 1 to 1,440"),
  GATEHOUSE_RUN_MEMORY_GB: whole(1, 1_024)
    .default(4)
    .describe('how many gigabytes of memory a run may have, 1 to 1,024'),
  GATEHOUSE_RUN_PROCESSES: whole(64, 32_768)
    .default(512)
    .describe('how many processes and threads a run may have, 64 to 32,768'),
  GATEHOUSE_LABELS: z
    .string()
    .default('')
    .transform(text =>
      text
        .split(',')
        .map(label => label.trim())
        .filter(label => label !== ''),
    )
    .pipe(z.array(Label))
    .describe('what this process offers to roles that ask for it (`runs-on`), such as gpu,large'),
  GATEHOUSE_TOOLCHAINS: z
    .string()
    .default('')
    .transform(text => text.split(':').filter(path => path !== ''))
    .refine(list => list.every(path => isAbsolute(path)), 'names a folder that is not absolute')
    .describe('absolute folders with ":" between them'),
});
