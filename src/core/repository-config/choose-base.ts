/** Which branch a task's work is for: the one that was asked for, else what the repository's configuration says. */
import { asGitHubReads } from '../label-name.ts';
import type { RepositoryConfig } from './repository-config.ts';

/** `ref`: null for the default branch. `because`: why it is that one, in words; empty for the default branch. */
export type ChosenBase = { ref: string | null; because: string };

/** What is known of an issue that a configuration can go by. */
type Marks = { labels: readonly string[]; milestone: string | null };

/** `asked`: the branch that the command names. The first that says something decides. */
export function chooseBase(
  asked: string | null,
  { labels, milestone }: Marks,
  config: RepositoryConfig['base'],
): { ok: true; chosen: ChosenBase } | { ok: false; problem: string } {
  if (asked !== null) return ok(asked, 'the command names it');
  const named = labels.flatMap(label => {
    const ref = lookUp(config?.labels, label);
    return ref === null ? [] : [{ label, ref }];
  });
  const [first] = named;
  const other = named.find(({ ref }) => ref !== first?.ref);
  if (first && other)
    return {
      ok: false,
      problem: `the label "${first.label}" stands for ${first.ref} and the label "${other.label}" for ${other.ref}: take one off, or name the branch with --base`,
    };
  if (first) return ok(first.ref, `the label "${first.label}" stands for it`);
  const planned = milestone === null ? null : lookUp(config?.milestones, milestone);
  if (planned !== null) return ok(planned, `the milestone "${milestone}" stands for it`);
  if (config?.default !== undefined) return ok(config.default, 'gatehouse.yml says so');
  return { ok: true, chosen: { ref: null, because: '' } };
}

/** Every branch that the configuration names for work to be merged into. */
export const basesIn = ({ base = {} }: Pick<RepositoryConfig, 'base'>): string[] => [
  ...(base.default === undefined ? [] : [base.default]),
  ...Object.values(base.labels ?? {}),
  ...Object.values(base.milestones ?? {}),
];

const ok = (ref: string, because: string) => ({ ok: true as const, chosen: { ref, because } });

function lookUp(map: Record<string, string> | undefined, name: string): string | null {
  const sought = asGitHubReads(name);
  return Object.entries(map ?? {}).find(([key]) => asGitHubReads(key) === sought)?.[1] ?? null;
}
