/** What we answer in place, as data; `adapters/github` puts it into words and makes it inert. */
import { z } from 'zod';

export const Answer = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('help') }),
  z.strictObject({
    code: z.literal('unknown_command'),
    word: z.string(),
    nearest: z.string().nullable(),
  }),
  z.strictObject({
    code: z.literal('invalid_arguments'),
    command: z.string(),
    problem: z.string(),
  }),
  /** Policy said no, or the person may not: always with the reasons. */
  z.strictObject({ code: z.literal('refused'), command: z.string(), reasons: z.array(z.string()) }),
  z.strictObject({ code: z.literal('busy'), task: z.string() }),
  /** Further commands of the same comment: only the first is taken. */
  z.strictObject({ code: z.literal('left_out'), taken: z.string(), rest: z.array(z.string()) }),
  z.strictObject({ code: z.literal('no_task'), command: z.string() }),
  z.strictObject({
    code: z.literal('status'),
    task: z.string(),
    status: z.string(),
    lines: z.array(z.string()),
  }),
  z.strictObject({ code: z.literal('cancel_requested'), task: z.string() }),
  /** A person's review that does not count, and the rule that says so. */
  z.strictObject({
    code: z.literal('approval_refused'),
    login: z.string(),
    rule: z.number().int(),
    reason: z.string(),
  }),
  /** New commits: the approval that was there is void, and we ask again. */
  z.strictObject({
    code: z.literal('approval_voided'),
    login: z.string(),
    was: z.string(),
    head: z.string(),
  }),
  /** The rework someone asked for is pushed. */
  z.strictObject({ code: z.literal('reworked'), commit: z.string(), summary: z.string() }),
  z.strictObject({ code: z.literal('rework_failed'), reason: z.string() }),
  z.strictObject({
    code: z.literal('misconfigured'),
    path: z.string(),
    faults: z.array(z.string()),
  }),
]);
export type Answer = z.infer<typeof Answer>;
