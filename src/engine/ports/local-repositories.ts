/** Repositories that are worked on without GitHub: taken to this machine, and read from there alone. */
import type { Repository } from '../../core/actor.ts';

export type TakenRepository = {
  repository: Repository;
  /** The one branch that it has, at the commit that was taken. */
  branch: string;
  commit: string;
};

export type LocalRepositories = {
  /**
   * `place`: a folder, or what `git clone` takes; `commit`: null where the folder is no repository, which is
   * then taken as it lies there. Nothing but the commit and its history is taken, so that nobody who works on
   * it finds what came later. `signal` ends it.
   */
  take(place: string, commit: string | null, signal?: AbortSignal): Promise<TakenRepository>;
};
