/** Conclusions of check runs and suites, and states of commit statuses, that hold nothing up. */
const GREEN: readonly (string | null | undefined)[] = ['success', 'neutral', 'skipped'];

export const isGreen = (conclusion: string | null | undefined): boolean =>
  GREEN.includes(conclusion);

/** What was called off, skipped or not wanted has not failed. */
export const hasFailed = (conclusion: string | null | undefined): boolean =>
  conclusion === 'failure' || conclusion === 'timed_out';
