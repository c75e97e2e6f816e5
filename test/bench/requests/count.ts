/** What Gatehouse asked of GitHub, by whose limit it counts against. */
import type { LocalGitHub } from '../../simulator/start.ts';

export type Calls = {
  /** Reads by REST that count: GitHub had something new to tell. */
  reads: number;
  /** Reads by REST that were told 304, which cost nothing. */
  unchanged: number;
  /** Points of GraphQL for queries. */
  points: number;
  /** Writes by REST and by GraphQL. */
  writes: number;
  /** All that counts against an hour. */
  counted: number;
};

/** The requests since then, as the installations and by the App's own JWT. */
export function callsOf(
  github: LocalGitHub,
  since: number,
): { asInstallation: Calls; asApp: Calls; byOperation: [string, number][] } {
  const all = github.requests().filter(({ at }) => at >= since);
  const of = (who: 'installation' | 'app'): Calls => {
    const mine = all.filter(({ by }) => by === who);
    const reads = mine.filter(({ kind, operation }) => kind === 'read' && operation !== 'graphql');
    const queries = mine.filter(
      ({ kind, operation }) => kind === 'read' && operation === 'graphql',
    );
    return {
      reads: reads.filter(({ cost }) => cost > 0).length,
      unchanged: reads.filter(({ status }) => status === 304).length,
      points: queries.reduce((sum, { cost }) => sum + cost, 0),
      writes: mine.filter(({ kind }) => kind === 'write').length,
      counted: mine.reduce((sum, { cost }) => sum + cost, 0),
    };
  };
  const times = new Map<string, number>();
  for (const { by, cost, operation } of all)
    if (by === 'installation' && cost > 0) times.set(operation, (times.get(operation) ?? 0) + 1);
  return {
    asInstallation: of('installation'),
    asApp: of('app'),
    byOperation: [...times].sort(([, a], [, b]) => b - a),
  };
}
