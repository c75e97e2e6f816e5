/** A run as the API shows it. */
import { z } from 'zod';
import { Usage } from '../../core/agent-event.ts';
import { TestsRan } from '../../core/handover/command-report.ts';
import { RunSpend, totalOf } from '../../core/spend.ts';
import { RunPurpose } from '../../core/task/events/run.ts';
import type { RunView } from '../../core/view.ts';

/** What calls of models cost. */
const PriceWords = z
  .string()
  .describe('Such as `$4.20`, `at least $4.20` or `unpriced`; empty: no model was called.');

export const SpendTotalSchema = z
  .object({
    calls: z.int(),
    usage: Usage,
    nanoUsd: z.int().describe('What is known of it, in billionths of a US dollar.'),
    unpriced: z.array(z.string()).describe('The models whose price is not known.'),
    words: PriceWords,
  })
  .meta({ id: 'SpendTotal' });

export const RunSummary = z
  .object({
    id: z.string(),
    step: z.string(),
    round: z.int(),
    attempt: z.int(),
    by: z.string().describe('A command, a role, or what Gatehouse does itself.'),
    adapter: z.string().nullable(),
    model: z.string().nullable().describe('The model that was chosen for it.'),
    purpose: RunPurpose,
    state: z.enum(['queued', 'running', 'waiting_approval', 'success', 'failure', 'canceled']),
    superseded: z.boolean().describe('Another run took its place.'),
    tests: TestsRan.nullable(),
    detail: z.string().describe('Why it failed, or what it did.'),
    queuedAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    usage: Usage,
    spend: RunSpend.extend({ words: PriceWords }).nullable(),
    passedOver: z.array(
      z.object({ adapter: z.string(), model: z.string().nullable(), reason: z.string() }),
    ),
  })
  .meta({ id: 'Run' });

export const runSummary = ({
  run,
  agent,
  spend,
  ms: _,
  ...same
}: RunView): z.input<typeof RunSummary> => ({
  id: run,
  by: agent,
  ...same,
  spend: spend && { ...spend, words: totalOf([spend]).words },
});
