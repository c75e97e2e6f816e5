/** A point in time as people write it: how long ago (`7d`, `12h`), a day, or a time of ISO 8601. In UTC. */
const AGO = /^(\d{1,5})([dhm])$/;
const MS = { d: 86_400_000, h: 3_600_000, m: 60_000 };
/** PostgreSQL has no year 0. */
const WRITTEN = /^(?!0000)\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;

/** ISO 8601; `null`: it is none. */
export function pointInTime(text: string, now: number): string | null {
  const [, count, unit] = AGO.exec(text) ?? [];
  if (count) return new Date(now - Number(count) * MS[unit as keyof typeof MS]).toISOString();
  const at = WRITTEN.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) return null;
  const time = new Date(at).toISOString();
  // JavaScript takes 30 February for 2 March.
  return time.startsWith(text.slice(0, 10)) ? time : null;
}
