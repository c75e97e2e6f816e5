/** Caps on money that stand alone: they hold nothing of what a model spends whose price is not known. */
import { type Caps, ScopeKind, Unit } from '../budget.ts';

/** The scopes that cap money and nothing else. */
export const cappedInMoneyAlone = (capsIn: (scope: ScopeKind) => Caps | undefined): ScopeKind[] =>
  ScopeKind.options.filter(scope => {
    const caps = capsIn(scope) ?? {};
    const capped = Unit.options.filter(unit => caps[unit] !== undefined);
    return capped.length === 1 && capped[0] === 'nanoUsd';
  });

export type UnheldCaps = { problem: string; remediation: string };

/** Models are named as `provider/model`; `null`: every cap holds. */
export function unheldCaps(
  models: readonly string[],
  scopes: readonly ScopeKind[],
): UnheldCaps | null {
  const [scope] = scopes;
  if (models.length === 0 || scope === undefined) return null;
  const budgets = scopes.length === 1 ? `the budget ${scope}` : `the budgets ${scopes.join(', ')}`;
  return {
    problem: `no price of ${models.join(', ')} is known, so ${budgets} with a cap on money alone can't hold what is spent there`,
    remediation: `Cap tokens, calls or minutes as well, such as {"${scope}": {"tokens": 20000000}} in GATEHOUSE_BUDGETS, or name the price in GATEHOUSE_PRICES.`,
  };
}
