/** Repositories that are worked on without GitHub: taken to this machine, and read from there alone. */
import type { Repository } from '../../core/actor.ts';

export type TakenRepository = {
  repository: Repository;
  /** The one branch that it has, at the commit that was taken. */
  branch: string;
  commit: string;
};

/** `folder`: where these files are from the root of the repository on; null: not in it, as far as is known. */
export type HiddenFiles = {
  files: readonly { path: string; content: Buffer }[];
  folder: string | null;
};

/** `commit`: the one of its history that has the file; null: it is in what was taken. */
export type Revealed = { path: string; commit: string | null };

export type LocalRepositories = {
  /**
   * `place`: a folder, or what `git clone` takes; `commit`: null where the folder is no repository, which is
   * then taken as it lies there. Nothing but the commit and its history is taken, so that nobody who works on
   * it finds what came later. `signal` ends it.
   */
  take(place: string, commit: string | null, signal?: AbortSignal): Promise<TakenRepository>;
  /**
   * Where whoever works on the repository could find one of the files; null: nowhere. A file that stands in it
   * at its own path, with the same content, is no secret.
   */
  findHidden(repository: Repository, hidden: HiddenFiles): Promise<Revealed | null>;
};
