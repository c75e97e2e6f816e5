/**
 * Facts that are kept, so that one answer of GitHub serves many questions: until GitHub tells that their
 * topic has changed, we change it ourselves, or they are too old.
 */
import type { Repository } from '../../../core/actor.ts';
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import { type Changes, TOPICS, type Topic } from '../../../engine/ports/changes.ts';

/** For how long one kind of fact is believed, and how many of them are kept at most. */
type Bounds = { ms: number; most: number };
/** A pull request changes all the time, not everything of it is told, and it may be large. */
const PULLS: Bounds = { ms: 5_000, most: 100 };
/** What people say on a pull request changes as often, and each may be some megabytes. */
const TALK: Bounds = { ms: 5_000, most: 5 };
/** Of the rest GitHub tells nearly everything. What it told is lost where we were away. */
const OTHERS: Bounds = { ms: 60_000, most: 5_000 };
const BOUNDS: Partial<Record<Topic, Bounds>> = { pulls: PULLS, talk: TALK };

/** `key` says which of the repository's it is; `fresh`: it is asked for now, whatever is kept. */
export type KeptFact<T> = (repository: Repository, key: string, fresh?: 'fresh') => Promise<T>;

export type Kept = {
  /** Keeps one kind of fact. */
  about<T>(
    topic: Topic,
    ask: (repository: Repository, key: string, fresh?: 'fresh') => Promise<T>,
  ): KeptFact<T>;
  /** What is kept about the repository, of these topics, is asked for anew, by every process. */
  renew(repository: Repository, topics?: readonly Topic[]): Promise<void>;
};

export function createKept(changes: Changes, now: () => number): Kept {
  return {
    about<T>(
      topic: Topic,
      ask: (repository: Repository, key: string, fresh?: 'fresh') => Promise<T>,
    ): KeptFact<T> {
      const { ms, most } = BOUNDS[topic] ?? OTHERS;
      const facts = createAnswerCache<string, T>(most, { ms, now });
      return async (repository, key, fresh) => {
        const { id, installation, owner, name } = repository;
        // Counted before it is asked for: what changes meanwhile makes the answer old.
        const count = await changes.count(topic, [{ repository: id }, { installation }]);
        const whole = [id, installation, owner, name, count, key].join();
        if (fresh) facts.forget(whole);
        return facts.get(whole, () => ask(repository, key, fresh));
      };
    },
    renew: ({ id }, topics = TOPICS) => changes.changed({ repository: id }, topics),
  };
}
