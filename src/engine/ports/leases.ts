/**
 * A lease is the right to do one named thing, fenced by an epoch that only ever grows: for a
 * (repository id, ref) while a task writes it, for an effect while a worker performs it.
 * All times are the database's.
 */
export type Leases = {
  /**
   * Null where somebody else holds it. The same holder gets a new epoch. `doubted`: what came of the work of
   * whoever held it before was never recorded, so that it may have been done.
   */
  acquire(
    name: string,
    holder: string,
    ttlMs: number,
  ): Promise<{ epoch: number; doubted: boolean } | null>;
  /** False where the epoch is over: stop at once. */
  renew(name: string, epoch: number, ttlMs: number): Promise<boolean>;
  /** Whether the epoch still stands: asked before every write to the outside. */
  holds(name: string, epoch: number): Promise<boolean>;
  /** Milliseconds until it ends where it is not renewed; 0 where nobody holds it. */
  endsIn(name: string): Promise<number>;
  /** Lets go; the row stays so that its epoch never starts again. */
  release(name: string, epoch: number): Promise<void>;
  /** Ends those of these leases that are held, whoever holds them. Returns each with its holder. */
  breakOff(names: string[]): Promise<{ lease: string; holder: string }[]>;
  /** Names that are held now and begin with `prefix`. */
  held(prefix: string): Promise<string[]>;
};
