/** A check that failed and that an agent is to turn green: what of it decides whether it may be tried. */
import { z } from 'zod';
import { Digest } from './decision.ts';
import { Sha } from './task/events/work.ts';

export const FailedCheck = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  head: Sha,
  /** What GitHub keeps under that id. */
  reportedAs: z.enum(['check_run', 'status']),
  /**
   * The digest of what it printed, without what differs between two runs of the same commit. Null where
   * it was not read.
   */
  output: Digest.nullable(),
});
export type FailedCheck = z.infer<typeof FailedCheck>;

/** Work that no comment and no button of a person asked for, in a row: how often it began, and for which checks. */
type Unasked = { times: number; checks: readonly FailedCheck[] };

/** As often it may begin: then a person has to say that it goes on. */
const MOST_UNASKED = 3;

/** Why no more of it begins, for this check or, where that is null, for a call; null: it may. */
export function whyStop({ times, checks }: Unasked, next: FailedCheck | null): string | null {
  const same =
    next &&
    checks.find(
      ({ name, output }) => output !== null && name === next.name && output === next.output,
    );
  if (same)
    return `The check "${next.name}" fails on ${next.head.slice(0, 7)} with the same output as on ${same.head.slice(0, 7)}: the work between them did not help.`;
  if (times < MOST_UNASKED) return null;
  const now = next ? `the check "${next.name}" still fails` : 'a call asks for more';
  return `Failing checks and calls have asked for work ${MOST_UNASKED} times in a row, and ${now}.`;
}

/** Lines of an output that are compared: what failed stands at its end. */
const COMPARED_LINES = 200;

/**
 * An output without times, durations, ids and paths of temporary folders. It is linear: each pattern
 * matches one run of characters.
 * @foreign
 */
export function comparableOutput(text: string): string {
  return text
    .split('\n')
    .map(line =>
      line
        .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]{0,12}Z?/g, '')
        .replace(/\/tmp\/[\w.-]{1,200}/g, '/tmp')
        .replace(/\b[0-9a-f]{7,64}\b/gi, '#')
        .replace(/\d{1,30}/g, '0')
        .trim(),
    )
    .filter(line => line !== '')
    .slice(-COMPARED_LINES)
    .join('\n');
}
