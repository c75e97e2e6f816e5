/** What models cost. */
import type { Usage } from '../../core/agent-event.ts';

export type PricedModel = { provider: string; name: string };

/** The source of prices that the operator names. */
export const SETTINGS = 'settings';

export type Prices = {
  /** The price of these tokens, in billionths of a US dollar; `null`: it is not known. */
  priceOf(model: PricedModel, usage: Usage): number | null;
  /** Where the price of a model is from: `SETTINGS`, or a table of prices with its version. */
  sourceOf(model: PricedModel): string;
};
