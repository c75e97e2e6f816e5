/** What a run has spent since its task was last told: each event tells all of it so far. */
import { NO_USAGE, type Usage } from '../../core/agent-event.ts';
import type { ModelSpend, RunSpend } from '../../core/spend.ts';
import type { Observation } from '../ports/telemetry.ts';
import type { Appended } from './appended.ts';

export function spentSince(
  before: readonly Appended[],
  { event }: Pick<Appended, 'event'>,
): Observation[] {
  if (event.type !== 'run.spent') return [];
  const { run, spend } = event.data;
  const last = before.findLast(one => one.event.type === 'run.spent' && one.event.data.run === run);
  const told = last?.event.type === 'run.spent' ? last.event.data.spend : NOTHING;
  const ms = spend.work.ms - told.work.ms;
  const nanoUsd =
    spend.work.nanoUsd === null ? null : spend.work.nanoUsd - (told.work.nanoUsd ?? 0);
  return [
    ...(ms > 0 ? [{ type: 'worker_spent' as const, ms, nanoUsd }] : []),
    ...spend.models.flatMap(now => since(now, told)),
  ];
}

const NOTHING: RunSpend = { models: [], work: { ms: 0, nanoUsd: 0 } };

function since(now: ModelSpend, { models }: RunSpend): Observation[] {
  const { provider, model } = now;
  const was = models.find(other => other.provider === provider && other.model === model);
  const calls = now.calls - (was?.calls ?? 0);
  const nanoUsd = now.nanoUsd === null ? null : now.nanoUsd - (was?.nanoUsd ?? 0);
  const usage = less(now.usage, was?.usage ?? NO_USAGE);
  return calls > 0 || nanoUsd !== 0
    ? [{ type: 'model_spent', provider, model, usage, calls, nanoUsd }]
    : [];
}

const less = (a: Usage, b: Usage): Usage => ({
  input: a.input - b.input,
  cached: a.cached - b.cached,
  cacheWrite: a.cacheWrite - b.cacheWrite,
  output: a.output - b.output,
  reasoning: a.reasoning - b.reasoning,
});
