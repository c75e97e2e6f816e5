/**
 * What GitHub told us that it has changed: counted by scope and topic, in one place for all processes.
 * What is kept about a topic is used for as long as its count stays what it was before it was asked for.
 */

/**
 * `people`: who may do what; `pulls`: pull requests, with what is reported on their commits; `talk`: issues
 * and what people said on them and on pull requests; `access`: who may see which repositories of an
 * installation, counted for the installation alone.
 */
export const TOPICS = ['repository', 'people', 'rules', 'pulls', 'talk', 'access'] as const;
export type Topic = (typeof TOPICS)[number];

/** A repository by its id, or all repositories of an installation. */
export type ChangeScope = { repository: number } | { installation: number };

export type Changes = {
  /** Durable when it resolves: whoever counts from then on, counts it. */
  changed(scope: ChangeScope, topics: readonly Topic[]): Promise<void>;
  /** How often the topic has changed, for any of these. */
  count(topic: Topic, of: readonly ChangeScope[]): Promise<string>;
};
