/** A job of the queue: one effect of one stream, claimed, performed, told. */
import { GATEHOUSE } from '../../core/actor.ts';
import type { Effect } from '../../core/effect.ts';
import type { FailEffect } from '../../core/failed-effect.ts';
import { parseStreamName, type StreamRef, streamName } from '../../core/stream.ts';
import { type Claim, ClaimLost, underClaim } from '../claim.ts';
import { type Handle, loadFolded } from '../handle.ts';
import type { Parts } from '../parts.ts';
import { GitHubFailure } from '../ports/github.ts';
import type { Slots } from '../slots.ts';
import { type Outcome, perform } from './perform.ts';

/** A run that finds every slot taken asks again after this. */
const SLOT_MS = 500;

export const effectLease = (stream: StreamRef, key: string): string =>
  `effect:${streamName(stream)}:${key}`;

type Worker = Parts & { handle: Handle; slots: Slots };

export async function effectJob(
  parts: Worker,
  name: string,
  key: string,
  stopping: AbortSignal,
): Promise<void> {
  const stream = parseStreamName(name);
  const { outbox, clock, queue } = parts;
  const again = (delayMs: number) =>
    queue.add([{ job: { name: 'effect', stream: name, key }, delayMs }]);
  const found = await outbox.find(stream, key);
  if (!found) return;
  const early = found.notBefore ? Date.parse(found.notBefore) - clock.now().getTime() : 0;
  if (early > 0) return again(early);
  const release = found.kind === 'attempt' ? parts.slots.take() : () => {};
  if (!release) return again(SLOT_MS);
  try {
    await performClaimed(parts, stream, key, stopping);
  } finally {
    release();
  }
  // Opened again while it was performed: the next performance shows what is newer.
  const open = await outbox.find(stream, key);
  if (open && open.since > found.since) await again(0);
}

/** Does nothing where another worker holds the effect. */
async function performClaimed(
  parts: Worker,
  stream: StreamRef,
  key: string,
  stopping: AbortSignal,
): Promise<void> {
  const { outbox, leases, settings } = parts;
  await underClaim(
    leases,
    {
      name: effectLease(stream, key),
      holder: settings.worker,
      signal: stopping,
      stillWanted: async () => (await outbox.find(stream, key)) !== null,
    },
    async claim => {
      const folded = await loadFolded(parts.log, stream);
      const effect = folded.open.find(open => open.key === key);
      if (!effect) return;
      const outcome = await perform(parts, stream, effect, folded, claim).catch(error =>
        claim.signal.aborted || error instanceof ClaimLost ? null : failed(key, error),
      );
      if (outcome) await tell(parts, stream, effect, outcome, claim);
    },
  );
}

async function tell(
  { handle, logger }: Worker,
  stream: StreamRef,
  { key, since }: Effect,
  outcome: Outcome,
  claim: Claim,
): Promise<void> {
  const fields = { stream: streamName(stream), effect: key };
  if (outcome.type === 'fail_effect')
    logger.warn({ ...fields, problem: outcome.message }, 'effect failed');
  const say = (command: Outcome) =>
    handle({
      stream,
      command: command as never,
      actor: GATEHOUSE,
      settles: { key, since },
      fence: claim.fence,
    });
  const handled = await say(outcome);
  if (handled.ok || handled.why !== 'refused') return;
  // What the outcome says is no news: the effect is done all the same.
  logger.debug({ ...fields, reason: handled.reason }, 'outcome refused');
  await say({ type: 'performed', key });
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
  const lasting = ['not_found', 'forbidden', 'invalid'].includes(error.class);
  return {
    type: 'fail_effect',
    key,
    class: error.class,
    message,
    retryable: !lasting,
    retryAfterMs: error.retryAfterMs,
  };
}
