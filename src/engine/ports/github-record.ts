/** What GitHub itself keeps of what happened. */
import type { Repository } from '../../core/actor.ts';
import type { Anchor } from '../../core/checkpoint/anchor.ts';

/** An attempt to deliver, in the App's log. `id`: digits, more than a number holds. */
export type DeliveryEntry = { id: string; guid: string; event: string; action: string | null };

/** Something that happened, in the form in which GitHub would have delivered it. */
export type MissedEvent = {
  event: string;
  payload: object;
  /** `null` where GitHub does not say. */
  at: Date | null;
};

/** `skipped`: what can't be read, such as the issues of a repository that has them switched off. */
export type MissedEvents = {
  events: MissedEvent[];
  skipped: { what: string; problem: string }[];
};

/** An open pull request that can't be merged and lacks our check, as the event that has it reported. */
export type UnreportedPull = {
  /** The branch that it is to be merged into. */
  base: string;
  /** Its head is in another repository. */
  fork: boolean;
  event: MissedEvent;
};

/** Where the App is installed, and since when. */
export type Installed = {
  id: number;
  since: Date;
  repositories: Repository[];
};

/**
 * `newest`: when the last issue or pull request was changed; `openPulls`: how many pull requests are open;
 * `checks`: another text as checks change.
 */
export type Activity = { newest: Date | null; openPulls: number; checks: string };

/**
 * What stands at the address of a check run. `missing`: GitHub has no anchor there. `unasked`: GitHub could
 * not be asked, and why.
 */
export type AnchorAt =
  | { is: 'kept'; place: string; anchor: Anchor }
  | { is: 'missing'; place: string }
  | { is: 'unasked'; place: string; problem: string };

/** What GitHub itself keeps, to find what never reached us. */
export type GitHubRecord = {
  /** Those that are not suspended and can be read now; `only`: the one of this id, which fails otherwise. */
  installations(only?: number): AsyncIterable<Installed>;
  /** The repository of that name, where the App is installed on it; else `null`. */
  findRepository(owner: string, name: string): Promise<Repository | null>;
  /** Of its repositories that GitHub tells of, by id, in few requests; `pulls`: whose checks count. */
  activity(
    installed: Installed,
    pulls: ReadonlyMap<number, number[]>,
  ): Promise<Map<number, Activity>>;
  /**
   * What happened in a repository since then that may mean something to us: labels and commands that
   * still stand there; the head, reviews and checks of these open pull requests.
   */
  missedEvents(repository: Repository, since: Date, pulls: number[]): Promise<MissedEvents>;
  /**
   * The open pull requests, those that were changed last, that can't be merged and lack our check, by the
   * ids of their repositories, which are all of one installation.
   */
  unreported(repositories: readonly Repository[]): Promise<Map<number, UnreportedPull[]>>;
  /** What the check runs `gatehouse/log` hold on the newest pull requests of ours in one repository. */
  anchors(repository: Repository): AsyncIterable<Anchor>;
  /**
   * What these check runs hold, given by their addresses, and those on the newest pull requests of ours in
   * every repository. What is given first is asked for first.
   */
  anchorsAt(places: readonly string[]): AsyncIterable<AnchorAt>;
  /** Newest first, page by page, those attempted since then: all, or those that were not acknowledged. */
  deliveries(since: Date, which: 'failed' | 'all'): AsyncIterable<DeliveryEntry[]>;
  /** What a delivery of the log carried: JSON; `null` where that is no object. */
  payload(deliveryId: string): Promise<Buffer | null>;
};
