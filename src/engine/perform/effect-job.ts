/** A job of the queue: one effect of one stream, claimed, performed, told. */
import { GATEHOUSE } from '../../core/actor.ts';
import type { Effect } from '../../core/effect.ts';
import type { FailEffect } from '../../core/failed-effect.ts';
import type { Folded } from '../../core/fold.ts';
import { parseStreamName, type StreamRef, streamName } from '../../core/stream.ts';
import type { ConcurrencyLimit } from '../concurrency-limit.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Handle, loadFolded } from '../handle.ts';
import { effectLease, type LeaseGuard, LeaseLost, withLease } from '../lease-guard.ts';
import { GitHubFailure } from '../ports/github.ts';
import { type EffectOutcome, perform } from './perform.ts';

/** A run that finds every slot taken asks again after this. */
const SLOT_MS = 500;

type Worker = Dependencies & { handle: Handle; runLimit: ConcurrencyLimit };

/** Does nothing where another worker holds the effect, or it is settled. */
export async function effectJob(
  deps: Worker,
  job: { stream: string; key: string },
  stopping: AbortSignal,
): Promise<void> {
  const { key } = job;
  const stream = parseStreamName(job.stream);
  const { outbox, leases, settings, queue } = deps;
  const held = await withLease(
    leases,
    {
      name: effectLease(stream, key),
      holder: settings.worker,
      signal: stopping,
      stillWanted: async () => (await outbox.find(stream, key)) !== null,
    },
    guard => performClaimed(deps, stream, key, guard),
  );
  // Opened again while it was ours: whoever was told of that found it taken.
  if (held && held.done !== null)
    await queue.add([{ job: { name: 'effect', stream: job.stream, key }, delayMs: held.done }]);
}

/** Returns after how many milliseconds the effect is to be looked at again; `null`: it is not. */
async function performClaimed(
  deps: Worker,
  stream: StreamRef,
  key: string,
  guard: LeaseGuard,
): Promise<number | null> {
  const folded = await loadFolded(deps.log, stream);
  const effect = folded.open.find(open => open.key === key);
  if (!effect) return null;
  const early = effect.notBefore ? Date.parse(effect.notBefore) - deps.clock.now().getTime() : 0;
  if (early > 0) return early;
  const release = effect.kind === 'attempt' ? deps.runLimit.take() : () => {};
  if (!release) return SLOT_MS;
  try {
    const outcome = await perform(deps, stream, effect, folded, guard).catch(error =>
      guard.signal.aborted || error instanceof LeaseLost ? null : failed(key, error),
    );
    const told = outcome && (await tell(deps, stream, effect, outcome, guard));
    if (told) return reopened(told.open, effect);
  } finally {
    release();
  }
  // Settled on the way, or not ours any more.
  return reopened((await loadFolded(deps.log, stream)).open, effect);
}

/** At once, where it stands open by a later event; what failed is put off by the append itself. */
const reopened = (open: Effect[], { key, since }: Effect): number | null =>
  open.some(other => other.key === key && other.since > since) ? 0 : null;

/** The state after it; `null` where the outcome could not be told: somebody else has the effect. */
async function tell(
  { handle, logger }: Worker,
  stream: StreamRef,
  { key, since }: Effect,
  outcome: EffectOutcome,
  guard: LeaseGuard,
): Promise<Folded<unknown> | null> {
  const fields = { stream: streamName(stream), effect: key };
  if (outcome.type === 'fail_effect')
    logger.warn({ ...fields, problem: outcome.message }, 'effect failed');
  const say = async (command: EffectOutcome) => {
    const settles = { key, since };
    const fence = { ...guard.fence, release: true as const };
    const actor = GATEHOUSE;
    const handled = await handle({ stream, command: command as never, actor, settles, fence });
    if (handled.ok) guard.released();
    return handled;
  };
  const handled = await say(outcome);
  if (handled.ok) return handled.folded;
  const { code, message } = handled.refusal;
  if (code === 'settled' || code === 'fenced') return null;
  // What the outcome says is no news: the effect is done all the same.
  logger.debug({ ...fields, reason: message }, 'outcome refused');
  const settled = await say({ type: 'performed', key });
  return settled.ok ? settled.folded : null;
}

function failed(key: string, error: unknown): FailEffect {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof GitHubFailure))
    return {
      type: 'fail_effect',
      key,
      class: 'internal',
      message,
      retryable: true,
      retryAfterMs: null,
    };
  return {
    type: 'fail_effect',
    key,
    class: error.class,
    message,
    retryable: !error.lasting,
    retryAfterMs: error.retryAfterMs,
  };
}
