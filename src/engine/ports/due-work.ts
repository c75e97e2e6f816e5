/** Which kinds of work are due, by one look: mostly none is, and nothing else has to be asked. */

export const DUE_KINDS = [
  /** Effects of streams, performed by somebody or not. */
  'effects',
  /** Deliveries that are stored, not settled and not put off. */
  'deliveries',
  /** Webhooks whose body came before, while it is not known whose they are. */
  'repeated deliveries',
  /** Reservations of lost workers, and sums that were not told to their task. */
  'spends',
  'schedules',
] as const;
export type DueKind = (typeof DUE_KINDS)[number];

/** Milliseconds. Deliveries are due once they are so old. */
export type DueTimes = { deliveriesFromMs: number };

export type DueWork = { kinds(times: DueTimes): Promise<ReadonlySet<DueKind>> };
