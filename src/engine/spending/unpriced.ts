/** The models that roles would call and whose price is not known, with the caps that hold nothing for them. */
import { NO_USAGE } from '../../core/agent-event.ts';
import { capsOf } from '../../core/budget.ts';
import type { Profile } from '../../core/profile.ts';
import {
  cappedInMoneyAlone,
  type UnheldCaps,
  unheldCaps,
} from '../../core/repository-config/unheld-caps.ts';
import type { Dependencies, Settings } from '../dependencies.ts';
import type { PricedModel, Prices } from '../ports/prices.ts';
import { candidatesOf } from '../routing/candidates.ts';

export const hasPrice = (prices: Pick<Prices, 'priceOf'>, model: PricedModel): boolean =>
  prices.priceOf(model, { ...NO_USAGE, input: 1, output: 1 }) !== null;

type Needs = Pick<Dependencies, 'adapters' | 'prices'> & {
  settings: Pick<Settings, 'realAgents' | 'models' | 'providers' | 'budgets'>;
};

/** What the deployment's own caps don't hold; each run of a role has a cap on tokens in any case. */
export function unheldByDeployment(deps: Needs, profiles: Iterable<Profile>): UnheldCaps | null {
  const { budgets } = deps.settings;
  const alone = cappedInMoneyAlone(scope => capsOf(budgets[scope] ?? {}));
  const called = [...profiles].flatMap(profile =>
    candidatesOf(deps, profile).candidates.flatMap(({ model, service }) =>
      model === null || service === null ? [] : [{ provider: service.provider, name: model }],
    ),
  );
  const unpriced = called.filter(model => !hasPrice(deps.prices, model));
  return unheldCaps(
    [...new Set(unpriced.map(({ provider, name }) => `${provider}/${name}`))],
    alone.filter(scope => scope !== 'run'),
  );
}
