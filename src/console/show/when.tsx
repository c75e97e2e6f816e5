/** A time, as GitHub shows it: how long ago, with the exact time as its title. */
import { RelativeTime } from '@primer/react';

export function When({ at }: { at: string }) {
  return <RelativeTime datetime={at} />;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in its two largest units, such as `2h 5m`; below a second in milliseconds. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const at = UNITS.findIndex(([, size]) => ms >= size);
  const [name, size] = UNITS[at] ?? UNITS[3];
  const count = Math.floor(ms / size);
  const next = UNITS[at + 1];
  const rest = next ? Math.floor((ms % size) / next[1]) : 0;
  return next && rest > 0 ? `${count}${name} ${rest}${next[0]}` : `${count}${name}`;
}
