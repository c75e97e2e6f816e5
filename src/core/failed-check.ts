/** A check that failed and that an agent is to turn green: what of it decides whether it may be tried. */
import { z } from 'zod';
import { Digest } from './decision.ts';
import { Sha } from './task/work.ts';

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

/** Work that machines may start one after the other: then a person has to say that it goes on. */
const MACHINE_ROUNDS = 3;

/** Why no more work is started by failing checks, after those that started some in a row; null: it may be. */
export function whyStop(before: readonly FailedCheck[], next: FailedCheck): string | null {
  const same = before.find(
    ({ name, output }) => output !== null && name === next.name && output === next.output,
  );
  if (same)
    return `The check "${next.name}" fails on ${next.head.slice(0, 7)} with the same output as on ${same.head.slice(0, 7)}: the work between them did not help.`;
  if (before.length >= MACHINE_ROUNDS)
    return `Failing checks have started work ${MACHINE_ROUNDS} times in a row, and the check "${next.name}" still fails.`;
  return null;
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
