/**
 * Facts that are kept, so that one answer of GitHub serves many questions: until GitHub tells that their
 * topic has changed, we change it ourselves, or they are too old.
 */
import type { Repository } from '../../../core/actor.ts';
import { createAnswerCache } from '../../../core/bounded-cache.ts';
import { type Changes, TOPICS, type Topic } from '../../../engine/ports/changes.ts';

/** A pull request and what is reported on it change all the time, and not everything is told. */
const PULLS_MS = 5_000;
/** Of the rest GitHub tells nearly everything. What it told is lost where we were away. */
const OTHERS_MS = 60_000;
/** A bound on memory, for each kind of fact. */
const MOST = 2_000;

export type Kept = {
  /** Keeps one kind of fact. `key` says which of the repository's it is. */
  about<T>(
    topic: Topic,
    ask: (repository: Repository, key: string) => Promise<T>,
  ): (repository: Repository, key: string) => Promise<T>;
  /** Everything about the repository is asked for anew, by every process. */
  renew(repository: Repository): Promise<void>;
};

export function createKept(changes: Changes, now: () => number): Kept {
  return {
    about<T>(topic: Topic, ask: (repository: Repository, key: string) => Promise<T>) {
      const ms = topic === 'pulls' ? PULLS_MS : OTHERS_MS;
      const facts = createAnswerCache<string, T>(MOST, { ms, now });
      return async (repository: Repository, key: string) => {
        const { id, installation, owner, name } = repository;
        // Counted before it is asked for: what changes meanwhile makes the answer old.
        const count = await changes.count(topic, { repository: id, installation });
        return facts.get([id, installation, owner, name, count, key].join(), () =>
          ask(repository, key),
        );
      };
    },
    renew: ({ id }) => changes.changed({ repository: id }, TOPICS),
  };
}
