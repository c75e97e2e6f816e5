/**
 * Events of earlier versions are brought up to the present one when they are read. What is stored never
 * changes: the hash chain is over the event as it was written.
 */

export type EventData = Readonly<Record<string, unknown>>;

/** By event type, and by the version that it brings up to the next. */
export type Upcasters = Readonly<
  Record<string, Readonly<Record<number, (data: EventData) => EventData>>>
>;

type Versioned = { type: string; v: number; data: EventData };

/** The event in the newest version that the upcasters lead to. */
export function bringUp(upcasters: Upcasters, { type, v, data }: Versioned): Versioned {
  const upcast = upcasters[type]?.[v];
  return upcast ? bringUp(upcasters, { type, v: v + 1, data: upcast(data) }) : { type, v, data };
}
