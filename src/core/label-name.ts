/** GitHub tells names of labels and titles of milestones apart without regard to the letters' case. */

/** Two names of which that is the same are one label, or one milestone. */
export const asGitHubReads = (name: string): string => name.normalize('NFC').toLowerCase().trim();
