/** Webhook deliveries, stored before they are acknowledged. */

export type NewDelivery = {
  /** `X-GitHub-Delivery`. */
  guid: string;
  /** `X-GitHub-Event`. */
  event: string;
  /** The raw bytes, as signed. */
  body: Buffer;
  /** Left out: by webhook. `log`: it was read from the App's log. `search`: no delivery brought it, and it was found. */
  via?: 'log' | 'search';
};

/**
 * `duplicate`: this GUID is stored already. `replayed`: the same body came before under another GUID
 * or event name; it is kept for the record, and starts nothing unless it is confirmed. What GitHub
 * delivers again after it could not be followed is `stored` once more.
 */
export type Received = 'stored' | 'duplicate' | 'replayed';

export type Delivery = {
  guid: string;
  event: string;
  /** `null`: it was removed at the end of its time. */
  body: Buffer | null;
  receivedAt: string;
  state: 'stored' | 'handled' | 'ignored' | 'failed';
  /** How often it could not be followed, limits of GitHub left out. */
  failures: number;
};

export type UnansweredDelivery = { guid: string; event: string; receivedAt: string; note: string };

export type DeliveryCounts = {
  byWebhook: number;
  /** Lost on the way, and fetched from the App's log or found by looking. */
  fromLog: number;
  bySearch: number;
  failed: number;
  /** Not followed yet. */
  waiting: number;
};

export type Deliveries = {
  /** Durable when it resolves (group commit). Throws where it could not be stored: answer 5xx. */
  receive(delivery: NewDelivery): Promise<Received>;
  find(guid: string): Promise<Delivery | null>;
  /**
   * `note` says for people what came of it, or why it failed; `naturalKey` its trigger's natural
   * key (`core/trigger.ts`), where it has one.
   */
  settle(
    guid: string,
    state: 'handled' | 'ignored' | 'failed',
    note: string,
    naturalKey?: string | null,
  ): Promise<void>;
  /** What it called for was done, and its answer could not be posted: it counts as failed. */
  unanswered(guid: string, note: string): Promise<void>;
  /** Whether one about this was settled, received at that time or later (`null`: whenever). */
  settledSince(naturalKey: string, receivedAt: Date | null): Promise<boolean>;
  /** Of these GUIDs the ones that were never stored. */
  unknown(guids: string[]): Promise<string[]>;
  /** Webhooks whose body came before, and that are neither confirmed nor dismissed; the oldest first. */
  doubted(): Promise<{ guid: string; receivedAt: Date }[]>;
  /**
   * GitHub says that this one is its own, so it is stored like every other, with this event and body.
   * False where there is no doubt about it.
   */
  confirm(delivery: Pick<NewDelivery, 'guid' | 'event' | 'body'>): Promise<boolean>;
  /** GitHub does not know of these, so they are not its own. */
  dismiss(guids: string[]): Promise<void>;
  /** Stored ones that nobody has settled, received more than `olderThanMs` ago; oldest first. */
  unsettled(olderThanMs: number, limit: number): Promise<string[]>;
  /** Those of them that are not put off: what the sweep hands over. */
  due(olderThanMs: number, limit: number): Promise<string[]>;
  /**
   * It could not be followed, and is not due for this long. `failures`: how often it has failed by now;
   * of processes that follow it at the same time, one counts.
   */
  putOff(guid: string, put: { forMs: number; failures: number }): Promise<void>;
  /** Those that could not be followed or answered, with the reason; the newest first. */
  failed(limit: number): Promise<UnansweredDelivery[]>;
  /** How many came which way since then, and what became of them. */
  counts(since: Date): Promise<DeliveryCounts>;
  /** Settled ones received before then that have their body still, the oldest first. */
  withOldBody(before: Date, limit: number): Promise<string[]>;
  /** What is known of a delivery stays, and that its body came: the same one again starts nothing. */
  dropBodies(guids: string[]): Promise<void>;
};
