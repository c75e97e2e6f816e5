/**
 * Prices of models: those that the operator names, else those of `@pydantic/genai-prices`, whose
 * data is in the package. Nothing is asked of the network.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { calcPrice } from '@pydantic/genai-prices';
import { z } from 'zod';
import type { Usage } from '../../core/agent-event.ts';
import { nanoOf } from '../../core/budget.ts';
import { totalTokens } from '../../core/spend.ts';
import { type PricedModel, type Prices, SETTINGS } from '../../engine/ports/prices.ts';

/** US dollars for a million tokens of each kind. */
type ModelPrice = { input: number; output: number; cached: number; cacheWrite: number };

/** Providers that the library knows by another name than we do. */
const KNOWN_AS: Record<string, string> = { gemini: 'google' };

/** `own`: by `provider/model`. */
export function createPrices(own: ReadonlyMap<string, ModelPrice>): Prices {
  const library = `genai-prices ${libraryVersion()}`;
  return {
    sourceOf: ({ provider, name }) => (own.has(`${provider}/${name}`) ? SETTINGS : library),
    priceOf(model, usage) {
      const price = own.get(`${model.provider}/${model.name}`);
      const usd = price ? ownPrice(price, usage) : libraryPrice(model, usage);
      // Rounded up: no cap is passed by what was rounded.
      return usd === null ? null : Math.ceil(roundedNano(usd));
    },
  };
}

/** The library's exports do not tell it, and its manifest is not among them. */
function libraryVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@pydantic/genai-prices');
  const manifest = readFileSync(join(dirname(entry), '../package.json'), 'utf8');
  return Manifest.parse(JSON.parse(manifest)).version;
}

const Manifest = z.object({ version: z.string() });

/** What floating point adds beyond a thousandth of a billionth is no price. */
const roundedNano = (usd: number): number => Math.round(nanoOf(1) * usd * 1_000) / 1_000;

const MILLION = 1_000_000;

function ownPrice({ input, output, cached, cacheWrite }: ModelPrice, usage: Usage): number {
  const read = usage.input * input + usage.cached * cached + usage.cacheWrite * cacheWrite;
  return (read + usage.output * output) / MILLION;
}

/** The library's input includes what was read from a cache and written to it. */
function libraryPrice({ provider, name }: PricedModel, usage: Usage): number | null {
  const tokens = {
    input_tokens: totalTokens(usage) - usage.output,
    cache_read_tokens: usage.cached,
    cache_write_tokens: usage.cacheWrite,
    output_tokens: usage.output,
  };
  try {
    return (
      calcPrice(tokens, name, { providerId: KNOWN_AS[provider] ?? provider })?.total_price ?? null
    );
  } catch {
    // It throws where its data has no price for one of these kinds.
    return null;
  }
}
