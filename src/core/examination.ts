/** What the check run `gatehouse/policy` says of a pull request that changes policy. */
import { z } from 'zod';
import { Digest, Outcome } from './decision.ts';

const count = z.number().int().nonnegative();
const Place = z.strictObject({ file: z.string(), line: z.number().int().positive() });

/** A recorded decision of this very repository that would come out differently. */
export const FlipView = z.strictObject({
  task: z.string(),
  seq: count,
  action: z.string(),
  resource: z.string(),
  from: Outcome,
  to: Outcome,
  /** The login of whoever the work was for; `null`: CI. */
  who: z.string().nullable(),
  why: z.string(),
  /** The lines that cause it; none where a policy that is gone does. */
  causes: z.array(Place),
  /** Policies that determined it before and are gone. */
  gone: z.array(z.string()),
});
export type FlipView = z.infer<typeof FlipView>;

export const Examination = z.strictObject({
  /** The digest of the policies that would decide; `null` where they are not valid. */
  digest: Digest.nullable(),
  faults: z.array(Place.extend({ column: z.number().int().positive(), message: z.string() })),
  /** `null`: there is no table of tests. */
  tests: z
    .strictObject({
      rows: count,
      failed: z.array(Place.extend({ it: z.string(), problems: z.array(z.string()) })),
    })
    .nullable(),
  /** `null` where nothing could be decided again: the policies are not valid, or decide nothing. */
  history: z
    .strictObject({
      decisions: count,
      flips: z.array(FlipView),
      /** Flips that are not listed: beyond the first ones. */
      more: count,
      undecidable: z.array(
        z.strictObject({ task: z.string(), seq: count, action: z.string(), lacks: z.string() }),
      ),
      moreUndecidable: count,
      /** Of other repositories only counts are shown. */
      elsewhere: z.strictObject({ repositories: count, flips: count, undecidable: count }),
    })
    .nullable(),
});
export type Examination = z.infer<typeof Examination>;

export type PolicyVerdict = 'success' | 'neutral' | 'failure';

/** `failure` where the policies are not valid or fail their tests; `neutral` where one of the recorded decisions would be different. */
export function verdictOf({ faults, tests, history }: Examination): PolicyVerdict {
  if (faults.length > 0 || (tests?.failed.length ?? 0) > 0) return 'failure';
  const flips = history ? history.flips.length + history.more + history.elsewhere.flips : 0;
  return flips > 0 ? 'neutral' : 'success';
}
