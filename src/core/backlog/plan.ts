/** What a backlog is to do: its items, what each needs, and how many may be worked on at the same time. */
import { z } from 'zod';

/** Bounds of a backlog: what is larger is told to be split. */
export const MOST = { items: 200, needs: 50, atOnce: 20, criteria: 50, text: 20_000 } as const;

const Name = z.string().min(1).max(60);

export const BacklogItem = z.strictObject({
  id: Name,
  title: z.string(),
  body: z.string(),
  /** What has to hold once it is done, a sentence each. */
  acceptance: z.array(z.string()),
  /** The items that have to be merged before it starts. */
  needs: z.array(Name),
  /** Items of one group, or for one service, share the limit of its name. */
  group: Name.nullable(),
  service: Name.nullable(),
  /** The branch that it is for; null: that of the repository. */
  base: z.string().nullable(),
  /** The command that its task is worked by. */
  command: z.string(),
  /** The issue that it is about; null where the backlog says all of it. */
  issue: z.number().int().nullable(),
  /** It was done before the backlog began: its issue was closed. */
  isDone: z.boolean(),
});
export type BacklogItem = z.infer<typeof BacklogItem>;

const LimitByName = z.record(Name, z.number().int().positive());

export const BacklogPlan = z.strictObject({
  title: z.string(),
  items: z.array(BacklogItem),
  /** How many items are worked on at the same time: in all, of one group, for one service. */
  atOnce: z.number().int().positive(),
  limits: z.strictObject({ groups: LimitByName, services: LimitByName }),
});
export type BacklogPlan = z.infer<typeof BacklogPlan>;

type Needing = { id: string; needs: readonly string[] };

/** Items that wait for one another, as they lead back to the first of them; null where none do. */
export function circleIn(items: readonly Needing[]): string[] | null {
  const settled = new Set<string>();
  for (let before = -1; before !== settled.size; ) {
    before = settled.size;
    for (const { id, needs } of items) if (needs.every(need => settled.has(need))) settled.add(id);
  }
  const waiting = new Map(items.filter(({ id }) => !settled.has(id)).map(one => [one.id, one]));
  // Each that waits needs another one that waits, so that this walk comes back to where it was.
  const path: string[] = [];
  let at = waiting.keys().next().value;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = waiting.get(at)?.needs.find(need => waiting.has(need));
  }
  return at === undefined ? null : [...path.slice(path.indexOf(at)), at];
}

/** All that need it, directly or by others. */
export function dependents(items: readonly Needing[], id: string): string[] {
  const found = new Set([id]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const item of items) if (item.needs.some(need => found.has(need))) found.add(item.id);
  }
  found.delete(id);
  return [...found];
}
