/**
 * Which streams have grown, told to every process on the database: a hint, and never the news itself.
 * Whoever is told loads what it shows anew. Hints may be lost: a follower is then told that it missed some.
 */

export type Hint = {
  kind: 'task' | 'backlog';
  id: string;
  /** How many events it had then, at least. */
  version: number;
  repository: number;
};

export type Hints = {
  /** Told soon, without anybody waiting for it; of a stream that grows meanwhile the last version alone. */
  tell(hint: Hint): void;
  /** `missed`: some may have been lost; whoever shows anything loads it anew. */
  follow(follower: { changed(hint: Hint): void; missed(): void }): Promise<{ stop(): void }>;
};
