/** A point in time as people write it: how long ago (`7d`, `12h`), a day, or a time of ISO 8601. In UTC. */
const AGO = /^(\d{1,5})([dhm])$/;
const MS = { d: 86_400_000, h: 3_600_000, m: 60_000 };
const WRITTEN = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;

/** ISO 8601; `null`: it is none. */
export function pointInTime(text: string, now: number): string | null {
  const [, count, unit] = AGO.exec(text) ?? [];
  const at = count ? now - Number(count) * MS[unit as keyof typeof MS] : Date.parse(text);
  const isTime = count !== undefined || WRITTEN.test(text);
  return isTime && !Number.isNaN(at) ? new Date(at).toISOString() : null;
}
