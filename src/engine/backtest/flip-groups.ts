/** Flips that are alike, put together: what a change of policy does, rather than where it does it. */
import type { Flip } from './backtest.ts';

export type FlipGroup = Pick<Flip, 'action' | 'from' | 'to' | 'policies' | 'gone'> & {
  /** What the new answer says first. */
  why: string;
  flips: number;
  repositories: number;
  /** The first of them. */
  examples: Pick<Flip, 'task' | 'seq' | 'at' | 'resource' | 'who' | 'repository'>[];
};

/** More say nothing new. */
const EXAMPLES = 20;
const GROUPS = 200;

export function createFlipGroups(): {
  add(flip: Flip): void;
  /** The largest first. `rest`: flips of groups that are not listed. */
  all(): { listed: FlipGroup[]; rest: number };
} {
  const groups = new Map<string, FlipGroup & { seen: Set<number> }>();
  let rest = 0;
  return {
    add(flip) {
      const { action, from, to, policies, gone, why } = flip;
      const key = JSON.stringify([action, from, to, policies, gone]);
      const known = groups.get(key);
      if (!known && groups.size >= GROUPS) {
        rest += 1;
        return;
      }
      const group = known ?? {
        action,
        from,
        to,
        policies,
        gone,
        why: why[0] ?? '',
        flips: 0,
        repositories: 0,
        examples: [],
        seen: new Set<number>(),
      };
      groups.set(key, group);
      group.flips += 1;
      group.seen.add(flip.repository.id);
      group.repositories = group.seen.size;
      const { task, seq, at, resource, who, repository } = flip;
      if (group.examples.length < EXAMPLES)
        group.examples.push({ task, seq, at, resource, who, repository });
    },
    all: () => ({
      listed: [...groups.values()]
        .map(({ seen: _, ...group }) => group)
        .sort((a, b) => b.flips - a.flips),
      rest,
    }),
  };
}
