/**
 * Sessions of the console, the links that begin one, and what lets us ask GitHub in a person's name. A
 * session's secret and a link's are kept as digests alone. All times are the database's.
 */
import type { Person } from '../../core/actor.ts';

/** Somebody on GitHub, or whoever may run commands where Gatehouse is deployed. */
export type SessionOwner = ({ kind: 'person' } & Person) | { kind: 'operator'; name: string };

export type BrowserSession = {
  id: string;
  owner: SessionOwner;
  /** As it says itself. */
  browser: string;
  madeAt: Date;
  /** To the minute. */
  usedAt: Date;
  /** Whatever is done with it. It ends earlier where it is not used. */
  endsAt: Date;
};

/** Sealed; `turn` grows whenever others take their place. */
export type KeptTokens = { sealed: Buffer; turn: number };

export type Sessions = {
  create(
    session: Pick<BrowserSession, 'id' | 'owner' | 'browser'> & { digest: Buffer; lastsMs: number },
  ): Promise<{ endsAt: Date }>;
  /** One that is neither over nor idle for too long; finding it is a use of it. */
  use(digest: Buffer, idleMs: number): Promise<BrowserSession | null>;
  /** Of one owner, the last used first. */
  list(owner: SessionOwner, idleMs: number): Promise<BrowserSession[]>;
  /** Those that are not over, of whomever. A person's login is empty where nothing of theirs is kept. */
  all(): Promise<BrowserSession[]>;
  /** Ends those of one owner; `null`: all of them. Returns the ids of those that there were. */
  end(owner: SessionOwner, id: string | null): Promise<string[]>;
  /** Removes what is over: sessions, links, and tokens of people without a session. Returns these tokens. */
  clear(idleMs: number): Promise<{ person: number; sealed: Buffer }[]>;

  createLink(link: { digest: Buffer; operator: string; lastsMs: number }): Promise<void>;
  /** Its operator, once. */
  takeLink(digest: Buffer): Promise<string | null>;

  /** In place of what was kept of the person, which is returned. */
  keepTokens(person: Person, sealed: Buffer): Promise<Buffer | null>;
  tokens(person: number): Promise<KeptTokens | null>;
  /**
   * Has them renewed unless that has been done since this turn: one at a time among all processes. `null`:
   * they can't be renewed, and are gone.
   */
  renewTokens(
    person: number,
    turn: number,
    renew: (sealed: Buffer) => Promise<Buffer | null>,
  ): Promise<KeptTokens | null>;
  /** What was kept. */
  forgetTokens(person: number): Promise<Buffer | null>;
};
