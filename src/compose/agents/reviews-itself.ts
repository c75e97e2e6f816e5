/** Whether no review could start, because policy separates the reviewer from the author and one agent alone can be both. */
import type { Profile } from '../../core/profile.ts';
import { candidatesOf } from '../../engine/routing/candidates.ts';
import { decide } from '../../policy/decide.ts';
import { factsFromShorthand } from '../../policy/facts-shorthand.ts';
import type { PolicySet } from '../../policy/load.ts';

type AgentAndModel = { adapter: string; model: string | null };

/** `null`: policy lets that agent review, or there is another one. */
export function reviewsItself(
  set: PolicySet,
  deps: Parameters<typeof candidatesOf>[0],
  profiles: readonly Profile[],
): { problem: string; remediation: string } | null {
  const agentsOf = (role: string): AgentAndModel[] => {
    const profile = profiles.find(({ name }) => name === role);
    const { candidates } = profile ? candidatesOf(deps, profile) : { candidates: [] };
    return candidates.map(({ adapter, model }) => ({ adapter: adapter.name, model }));
  };
  const [author] = agentsOf('author');
  const reviewers = agentsOf('reviewer');
  if (!author || reviewers.length === 0) return null;
  const isAnother = ({ adapter, model }: AgentAndModel) =>
    adapter !== author.adapter || model !== author.model;
  if (reviewers.some(isAnother) || !isSeparated(set, author)) return null;
  const name = author.model === null ? author.adapter : `${author.adapter} (${author.model})`;
  return {
    problem: `the policies let no agent review its own work, and ${name} is the only one for the roles author and reviewer: each task would end at its review`,
    remediation:
      'Give the chain of the reviewer another adapter or model, and its credential: docs/agents.md.',
  };
}

/** Policy lets it review what others wrote, and not what it wrote itself. */
function isSeparated(set: PolicySet, { adapter, model }: AgentAndModel): boolean {
  const outcome = (authors: string[]): string => {
    const agent = { adapter, ...(model === null ? {} : { model }) };
    const usual = { action: 'run.start', role: 'reviewer', trust: 'T0', step: 'review' } as const;
    const read = factsFromShorthand({ ...usual, ...agent, authors });
    if ('problem' in read) throw new Error(read.problem);
    return decide(set, read.facts).outcome;
  };
  const own = model === null ? adapter : `${adapter}/${model}`;
  return outcome([own]) === 'deny' && outcome([]) !== 'deny';
}
