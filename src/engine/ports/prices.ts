/** What models cost. */
import type { Usage } from '../../core/agent-event.ts';

export type PricedModel = { provider: string; name: string };

export type Prices = {
  /** The price of these tokens, in billionths of a US dollar; `null`: it is not known. */
  priceOf(model: PricedModel, usage: Usage): number | null;
};
