/** What was spent, as the API shows it. */
import { z } from 'zod';
import { SPEND_GROUPS } from '../../engine/ports/spends.ts';

const Time = z.iso.datetime();

export const ShownPrice = z
  .object({
    nanoUsd: z.int().describe('What is known of it, in billionths of a US dollar.'),
    isWhole: z.boolean().describe('Whether all of it has a price.'),
    words: z.string().describe('Such as `$4.20`, `at least $4.20` or `unpriced`.'),
  })
  .meta({ id: 'KnownPrice' });

const SpentAmount = z
  .object({ calls: z.int(), tokens: z.int(), nanoUsd: z.int(), ms: z.int() })
  .meta({ id: 'Amount' });

const Bill = {
  models: ShownPrice.describe('Of the calls of models.'),
  work: ShownPrice.describe("Of the workers' time."),
};

const ShownSum = z.object({
  calls: z.int(),
  tokens: z.int(),
  modelNanoUsd: z.int(),
  unpricedCalls: z.int(),
  unpriced: z.array(z.string()).describe('The models without a price, as provider/model.'),
  workMs: z.int(),
  workNanoUsd: z.int(),
  unpricedWorkMs: z.int(),
  reserved: SpentAmount.describe('Reserved now, and not spent yet.'),
  tasks: z.int(),
  ...Bill,
  merged: z
    .object({ pulls: z.int(), each: z.object(Bill).describe('What one of them cost.') })
    .nullable()
    .describe(
      'The pull requests that were merged; null: none was, or the group has no tasks of its own.',
    ),
});

export const ShownAccount = z
  .object({
    group: z.enum(SPEND_GROUPS),
    from: Time,
    to: Time.describe('The end, which is not part of it.'),
    rows: z.array(
      ShownSum.extend({
        key: z.string().nullable().describe('null: what has none, such as the time of commands.'),
        name: z.string().nullable(),
      }),
    ),
    more: z.boolean().describe('There are further groups, which count in the total.'),
    total: ShownSum,
    prices: z
      .array(z.object({ source: z.string(), from: Time, to: Time }))
      .describe('Which prices the amounts rest on, and when each was used first and last.'),
  })
  .meta({ id: 'Account' });
