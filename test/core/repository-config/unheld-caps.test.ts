import { expect, it } from 'vitest';
import { type Budget, capsOf, type ScopeKind } from '../../../src/core/budget.ts';
import { cappedInMoneyAlone, unheldCaps } from '../../../src/core/repository-config/unheld-caps.ts';

const alone = (budgets: Partial<Record<ScopeKind, Budget>>) =>
  cappedInMoneyAlone(scope => budgets[scope] && capsOf(budgets[scope]));

it('are those of scopes that cap nothing beside money', () => {
  expect(alone({})).toEqual([]);
  expect(alone({ day: { usd: 200 }, task: { usd: 20, calls: 9 }, lineage: { usd: 1 } })).toEqual([
    'lineage',
    'day',
  ]);
  for (const unit of ['calls', 'tokens', 'minutes'] as const)
    expect(alone({ task: { usd: 20, [unit]: 9 }, day: { [unit]: 9 } })).toEqual([]);
});

it('are named with the models, and with what to add', () => {
  expect(unheldCaps(['openai/mine'], ['day'])).toEqual({
    problem:
      "no price of openai/mine is known, so the budget day with a cap on money alone can't hold what is spent there",
    remediation:
      'Cap tokens, calls or minutes as well, such as {"day": {"tokens": 20000000}} in GATEHOUSE_BUDGETS, or name the price in GATEHOUSE_PRICES.',
  });
  expect(unheldCaps(['a/b', 'c/d'], ['task', 'day'])?.problem).toContain(
    'of a/b, c/d is known, so the budgets task, day with',
  );
  expect(unheldCaps([], ['day'])).toBeNull();
  expect(unheldCaps(['a/b'], [])).toBeNull();
});
