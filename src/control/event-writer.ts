/** What writes server-sent events, however they reach the reader. */

export type SentEvent = { event: string; id?: string; data: object };

export type EventWriter = {
  /** Resolves once there is room for more; false: the stream has ended. */
  send(event: SentEvent): Promise<boolean>;
  /** Until somebody wakes it, or that long; false: the stream has ended. */
  wait(ms: number): Promise<boolean>;
  wake(): void;
};

/** Sends until it returns; what it gives to `ended` is called once at the end. */
export type WriteEvents = (stream: EventWriter, ended: (stop: () => void) => void) => Promise<void>;
