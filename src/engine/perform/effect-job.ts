/** A job of the queue: one effect of one stream, claimed, performed, told. */
import { GATEHOUSE } from '../../core/actor.ts';
import type { FailEffect } from '../../core/failed-effect.ts';
import { parseStreamName, type StreamRef, streamName } from '../../core/stream.ts';
import { ClaimLost, underClaim } from '../claim.ts';
import type { Dispatcher } from '../dispatch.ts';
import { type Handle, loadFolded } from '../handle.ts';
import type { Parts } from '../parts.ts';
import { GitHubFailure } from '../ports/github.ts';
import { perform } from './perform.ts';

export const effectLease = (stream: StreamRef, key: string): string =>
  `effect:${streamName(stream)}:${key}`;

export async function effectJob(
  parts: Parts & { handle: Handle; dispatcher: Dispatcher },
  name: string,
  key: string,
  stopping: AbortSignal,
): Promise<void> {
  const stream = parseStreamName(name);
  const { outbox, leases, clock, logger, settings } = parts;
  const found = await outbox.find(stream, key);
  if (!found) return;
  const early = found.notBefore ? Date.parse(found.notBefore) - clock.now().getTime() : 0;
  if (early > 0)
    return parts.queue.add([{ job: { name: 'effect', stream: name, key }, delayMs: early }]);
  const stillWanted = async () => (await outbox.find(stream, key)) !== null;
  await underClaim(
    leases,
    { name: effectLease(stream, key), holder: settings.worker, signal: stopping, stillWanted },
    async claim => {
      const folded = await loadFolded(parts.log, stream);
      const effect = folded.open.find(open => open.key === key);
      if (!effect) return;
      const outcome = await perform(parts, stream, effect, folded, claim).catch(error =>
        claim.signal.aborted || error instanceof ClaimLost ? null : failed(key, error),
      );
      if (outcome === null) return;
      if (outcome.type === 'fail_effect')
        logger.warn({ stream: name, effect: key, problem: outcome.message }, 'effect failed');
      const handled = await parts.handle({
        stream,
        command: outcome as never,
        actor: GATEHOUSE,
        settles: { key, since: effect.since },
        fence: claim.fence,
      });
      if (!handled.ok && handled.why === 'refused') {
        // What the outcome says is no news: the effect is done all the same.
        logger.debug({ stream: name, effect: key, reason: handled.reason }, 'outcome refused');
        await parts.handle({
          stream,
          command: { type: 'performed', key } as never,
          actor: GATEHOUSE,
          settles: { key, since: effect.since },
          fence: claim.fence,
        });
      }
    },
  );
  // Opened again while it was performed: the next performance shows what is newer.
  const again = await outbox.find(stream, key);
  if (again && again.since > found.since)
    await parts.queue.add([{ job: { name: 'effect', stream: name, key }, delayMs: 0 }]);
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
