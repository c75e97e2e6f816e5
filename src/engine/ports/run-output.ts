/**
 * What runs say while they run: the lines of their journals, and a summary of them, from when they are
 * written until the journal is kept. It is no record, and the database may lose it when it crashes. It
 * is bounded because a journal is.
 */
import type { Progress } from '../../core/progress.ts';
import type { ArtifactOwner } from './artifacts.ts';

/** A run up to its first wait for a person is part 0 of it, and each wait begins another part. */
export type RunPart = ArtifactOwner & { part: number };

/** A line of a journal, as the journal has it, by its number there. */
export type OutputLine = { seq: number; line: string };

export type RunOutput = {
  /**
   * Adds the lines that follow each other from the number `first` on; those that are there already stay.
   * No line has a line end in it.
   */
  add(
    part: RunPart,
    of: { first: number; lines: readonly string[]; progress: Progress },
  ): Promise<void>;
  /** The next lines after that number, as many as one page holds; none at the end. */
  read(part: RunPart, after: number): Promise<OutputLine[]>;
  /** Of each run of a task that has one, the latest summary. */
  progress(task: string): Promise<ReadonlyMap<string, Progress>>;
  /** Of one run, or of the whole task. */
  drop(of: ArtifactOwner | { task: string }): Promise<void>;
  /**
   * Calls `changed` after each addition and each drop of that task, by whatever process, until it is
   * stopped, and once where some may have been missed.
   */
  follow(task: string, changed: () => void): Promise<{ stop(): void }>;
};
