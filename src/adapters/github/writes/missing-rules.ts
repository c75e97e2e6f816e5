/** Rules of a base of which GitHub alone knows whether a pull request keeps them. */
import type { BranchRule } from '../branch-rules.ts';

/**
 * What the rule asks for; nothing where that is looked at elsewhere, or blocks no merge by itself.
 * `decision`: what GitHub makes of the reviews, which may leave out whose they are.
 */
export function onlyGitHubKnows(rule: BranchRule, decision: string | null): string[] {
  switch (rule.type) {
    case 'pull_request':
      return decision === null || decision === 'APPROVED' ? reviewersOf(rule.parameters ?? {}) : [];
    case 'workflows':
      return named('the workflow', rule.parameters?.workflows, ({ path }) => path);
    case 'code_scanning':
      return named(
        'the results of code scanning by',
        rule.parameters?.code_scanning_tools,
        ({ tool }) => tool,
      );
    case 'update':
      return ['somebody who may bypass its rule against updates'];
    case 'commit_message_pattern':
    case 'commit_author_email_pattern':
    case 'committer_email_pattern':
      return [`commits that its rule ${rule.type} allows${patternOf(rule.parameters)}`];
    default:
      // A rule that is new to us may be the one that blocks.
      return KNOWN_ELSEWHERE.has(rule.type) ? [] : [`what its rule ${rule.type} says`];
  }
}

type Reviewing = {
  require_code_owner_review?: boolean;
  require_last_push_approval?: boolean;
  required_reviewers?: readonly unknown[];
};

const reviewersOf = (asked: Reviewing): string[] => [
  ...(asked.require_code_owner_review ? ['a review by code owners'] : []),
  ...(asked.require_last_push_approval
    ? ['a review after the last push by somebody who did not push it']
    : []),
  ...(asked.required_reviewers?.length ? ['reviews by whom it names for some files'] : []),
];

const KNOWN_ELSEWHERE: ReadonlySet<string> = new Set([
  ...['required_status_checks', 'required_signatures', 'required_deployments'],
  ...['required_linear_history', 'merge_queue', 'copilot_code_review'],
  ...['creation', 'deletion', 'non_fast_forward', 'branch_name_pattern', 'tag_name_pattern'],
]);

function named<T>(
  what: string,
  given: readonly T[] | undefined,
  nameOf: (one: T) => string,
): string[] {
  return given?.map(one => `${what} ${nameOf(one)}`) ?? [`${what} that its rules name`];
}

/** A longer pattern is for the ruleset's own page to show. */
const LONGEST = 80;

type Pattern = { name?: string; negate?: boolean; operator: string; pattern: string };

const patternOf = (parameters: Pattern | undefined): string => {
  if (!parameters) return '';
  const { name, negate, operator, pattern } = parameters;
  return ` (${(name || `${negate ? 'not ' : ''}${operator.replaceAll('_', ' ')} ${pattern}`).slice(0, LONGEST)})`;
};
