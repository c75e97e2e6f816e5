/** Divides Gatehouse's own time among the calls of its ports. */
import { readFile } from 'node:fs/promises';
import { type Interval, lengthOf, within } from './intervals.ts';

export type Call = Interval & { name: string };

/** The calls as `serve.ts` recorded them, and the time in which each delivery was there and not settled. */
export async function callsIn(file: string): Promise<{ calls: Call[]; deliveries: Interval[] }> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  const all = lines.map(line => {
    const [from = '', to = '', name = ''] = line.split(' ');
    return { from: Number(from), to: Number(to), name };
  });
  return {
    calls: all.filter(({ name }) => name !== 'delivery'),
    deliveries: all.filter(({ name }) => name === 'delivery'),
  };
}

/**
 * Milliseconds of `own` that each kind of call takes, the largest first. Each moment is
 * divided evenly among the calls that run in it; where none runs, Gatehouse computes.
 */
export function shareOf(
  calls: Call[],
  own: Interval[],
): { name: string; times: number; ms: number }[] {
  const shares = new Map<string, { times: number; ms: number }>();
  const add = (name: string, ms: number, times = 0) => {
    const share = shares.get(name) ?? { times: 0, ms: 0 };
    shares.set(name, { times: share.times + times, ms: share.ms + ms });
  };
  const mine = calls.flatMap(call => within(own, call).map(part => ({ ...part, name: call.name })));
  const cuts = [...new Set([...mine, ...own].flatMap(({ from, to }) => [from, to]))].sort(
    (a, b) => a - b,
  );
  for (const [index, from] of cuts.entries()) {
    const to = cuts[index + 1] ?? from;
    const ms = lengthOf(within(own, { from, to }));
    const under = mine.filter(call => call.from <= from && call.to >= to);
    for (const { name } of under) add(name, ms / under.length);
    if (under.length === 0) add('between calls', ms);
  }
  for (const { name } of calls) add(name, 0, 1);
  const all = [...shares].map(([name, share]) => ({ name, ...share }));
  return all.filter(({ ms }) => ms >= 10).sort((a, b) => b.ms - a.ms);
}
