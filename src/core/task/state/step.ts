/** A step of the graph as the task's state has it. */
export type StepState = {
  round: number;
  status: 'waiting' | 'active' | 'done' | 'failed' | 'skipped';
  /**
   * The runs whose work it stands on, and passes on once it is settled: the last of each line of work.
   * Several are joined before a step works on them.
   */
  works: string[];
  /** Runs before this one are no tries of it: the work was sent back since. */
  triesFrom: number;
  /** How often it has sent the work back in this round. */
  loops: number;
  /** The run that sent the work back to it; null: none did. */
  sentBackBy: string | null;
};

export const waitingStep = (round: number): StepState => ({
  round,
  status: 'waiting',
  works: [],
  triesFrom: 0,
  loops: 0,
  sentBackBy: null,
});
