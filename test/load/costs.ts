/** What a load has cost of GitHub's limits, for people. */
import { callsOf } from '../bench/requests/count.ts';
import { HOUR_MS, type LoadEnvironment, type LoadSettings } from './environment.ts';

export function costs(
  { github }: LoadEnvironment,
  { factor, tasks }: LoadSettings,
  hours: number,
): string[] {
  const { asInstallation, asApp, byOperation } = callsOf(github, 0);
  const { reads, unchanged, points, writes } = asInstallation;
  const each = (count: number) => (count / tasks).toFixed(1);
  const asked = github.requests().filter(({ by }) => by === 'installation');
  const most = (what: typeof asked, spanMs: number) => busiest(what, spanMs / factor);
  const isWrite = ({ kind }: (typeof asked)[number]) => kind === 'write';
  const rest = asked.filter(({ operation }) => operation !== 'graphql');
  return [
    `a task costs ${each(reads)} reads that count (${each(unchanged)} more were told 304), ${each(points)} points of GraphQL and ${each(writes)} writes; the App's own JWT ${each(asApp.counted)} requests`,
    `an hour costs ${(reads / hours).toFixed(0)} reads, ${(points / hours).toFixed(0)} points and ${(writes / hours).toFixed(0)} writes on average`,
    `the busiest hour had ${most(rest, HOUR_MS)} requests of REST, and ${most(asked.filter(isWrite), HOUR_MS)} writes; the busiest minute ${most(asked.filter(isWrite), 60_000)} writes`,
    `most often: ${byOperation
      .slice(0, 12)
      .map(([what, times]) => `${what} ${each(times)}`)
      .join(', ')} for each task`,
  ];
}

/** The most that any span of this length had, each by what it cost. */
function busiest(asked: readonly { at: number; cost: number }[], spanMs: number): number {
  let most = 0;
  let sum = 0;
  let from = 0;
  for (const { at, cost } of asked) {
    sum += cost;
    while ((asked[from]?.at ?? at) <= at - spanMs) sum -= asked[from++]?.cost ?? 0;
    most = Math.max(most, sum);
  }
  return most;
}
