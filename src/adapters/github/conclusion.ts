/** Conclusions of check runs and suites, and states of commit statuses, that hold nothing up. */
const GREEN: readonly (string | null | undefined)[] = ['success', 'neutral', 'skipped'];

export const isGreen = (conclusion: string | null | undefined): boolean =>
  GREEN.includes(conclusion);
