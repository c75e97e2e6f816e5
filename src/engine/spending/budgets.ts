/** The caps of a deployment: how each stands, who may raise it, and what waits for that. */
import { whoApproves } from '../../core/approvals/who-approves.ts';
import { amountInWords, capsOf, SCOPE_WORDS, ScopeKind, Unit } from '../../core/budget.ts';
import type { Outcome } from '../../core/decision.ts';
import { decide } from '../../policy/decide.ts';
import { factsFromShorthand } from '../../policy/facts-shorthand.ts';
import type { PolicySet } from '../../policy/load.ts';
import type { Dependencies } from '../dependencies.ts';
import type { InboxRow } from '../ports/approval-index.ts';
import { type ScopeStanding, standingsOf, standingToday } from './standing.ts';

type BudgetState = {
  today: ScopeStanding | null;
  repositories: ScopeStanding[];
  caps: { scope: ScopeKind; of: string; caps: string[] }[];
  raise: { outcome: Outcome; words: string };
  waiting: {
    task: string;
    approval: string;
    repository: string;
    title: string;
    resource: string;
    requestedAt: string;
  }[];
};

type Needs = Pick<
  Dependencies,
  'ledger' | 'settings' | 'clock' | 'taskPages' | 'eventPages' | 'approvals' | 'policies'
>;

/** Others have spent less, or nothing. */
const MOST_REPOSITORIES = 50;
const RAISES_PER_PAGE = 500;

/** `whole`: the budget of the day is told, which says what other repositories spend. */
export async function budgetsFor(
  deps: Needs,
  repositories: readonly number[],
  whole: boolean,
): Promise<BudgetState> {
  const { settings, approvals, policies } = deps;
  const standings = await standingsOf(deps, repositories, MOST_REPOSITORIES);
  const waiting = await raisesIn(approvals, repositories);
  return {
    today: whole ? await standingToday(deps) : null,
    repositories: standings,
    caps: ScopeKind.options.map(scope => {
      const caps = capsOf(settings.budgets[scope] ?? {});
      const capped = Unit.options.flatMap(unit =>
        caps[unit] === undefined ? [] : [amountInWords(unit, caps[unit])],
      );
      return { scope, of: SCOPE_WORDS[scope], caps: capped };
    }),
    raise: whoRaises(policies),
    waiting: waiting.map(({ task, approval, repository, title, resource, requestedAt }) => ({
      task,
      approval,
      repository,
      title,
      resource,
      requestedAt,
    })),
  };
}

/** All of them, page by page: each is a run that waits. */
async function raisesIn(
  approvals: Needs['approvals'],
  repositories: readonly number[],
): Promise<InboxRow[]> {
  const found: InboxRow[] = [];
  for (let after: InboxRow | null = null; ; ) {
    const page: InboxRow[] = await approvals.list({
      list: 'raises',
      person: null,
      readable: [...repositories],
      answerable: [],
      ownCounts: [],
      after,
      limit: RAISES_PER_PAGE,
    });
    found.push(...page);
    after = page.at(-1) ?? null;
    if (page.length < RAISES_PER_PAGE) return found;
  }
}

/** As the deployment's policies have it where nothing was approved yet. */
function whoRaises(policies: PolicySet): BudgetState['raise'] {
  const made = factsFromShorthand({ action: 'budget.raise' });
  if ('problem' in made) throw new Error(`budget.raise: ${made.problem}`);
  const decision = decide(policies, made.facts);
  const { outcome, reasons } = decision;
  switch (outcome) {
    case 'require_approval':
      return {
        outcome,
        words: `A run that reaches a cap waits, and ${whoApproves(decision)} may raise it, by the approval that is asked for in its task.`,
      };
    case 'allow':
      return { outcome, words: 'Policy raises a cap that is reached without asking anybody.' };
    case 'deny':
      return { outcome, words: `Nobody may raise a cap: ${reasons[0] ?? 'no policy allows it'}` };
  }
}
