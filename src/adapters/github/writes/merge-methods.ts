/** The ways to merge that the repository's settings and the rules of the base both allow. */
import type { BranchRule } from '../branch-rules.ts';
import type { Client } from '../client/client.ts';

/** In the order in which they are tried. */
const METHODS = ['squash', 'merge', 'rebase'] as const;
export type MergeMethod = (typeof METHODS)[number];

/** `none`: where nothing is left, why. */
export type AllowedMethods = { methods: MergeMethod[]; none: string };

type RepositorySettings = Awaited<ReturnType<Client['rest']['repos']['get']>>['data'];

export function allowedMethods(
  settings: RepositorySettings,
  base: string,
  rules: readonly BranchRule[],
): AllowedMethods {
  // GitHub shows these settings to some Apps only: a method of which nothing is known is tried.
  const hidden = {
    squash: settings.allow_squash_merge === false,
    merge: settings.allow_merge_commit === false,
    rebase: settings.allow_rebase_merge === false,
  };
  const bySettings = METHODS.filter(method => !hidden[method]);
  const byRules = METHODS.filter(method => rules.every(rule => allows(rule, method)));
  const inWords = (methods: readonly MergeMethod[]) => methods.join(', ') || 'no way to merge';
  return {
    methods: bySettings.filter(method => byRules.includes(method)),
    none: `The settings of the repository allow ${inWords(bySettings)}, and the rules of ${base} allow ${inWords(byRules)}: they have no way in common.`,
  };
}

function allows(rule: BranchRule, method: MergeMethod): boolean {
  switch (rule.type) {
    case 'pull_request':
      return rule.parameters?.allowed_merge_methods?.includes(method) ?? true;
    case 'required_linear_history':
      return method !== 'merge';
    // GitHub signs what it squashes or merges, and does not sign what it rebases.
    case 'required_signatures':
      return method !== 'rebase';
    default:
      return true;
  }
}
