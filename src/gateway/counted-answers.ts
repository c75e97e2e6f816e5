/** Answers pass to their clients as they arrive; what they come to is counted, and settled. */

import type { ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NO_USAGE, type Usage } from '../core/agent-event.ts';
import { keysOf } from '../core/keys-of.ts';
import type { ReservedCall } from '../engine/ports/gateway.ts';
import type { Dialect } from './dialects/dialect.ts';
import { endOfAnswer } from './last-call.ts';
import { createMeter, type Meter } from './meter.ts';
import type { FollowedCall } from './model-request.ts';

/** A provider that ignores its bound is cut off at this many times the output, as estimated. */
const SLACK = 4;

type CountedCall = FollowedCall & {
  reserved: ReservedCall | null;
  /** Bytes of the request. */
  sent: number;
  /** Whether an answer that does not come to its end here goes on without this process. */
  isLeft: () => boolean;
};

export type CountedAnswers = ReturnType<typeof createCountedAnswers>;

export function createCountedAnswers(dialect: Dialect) {
  const settled: Usage = { ...NO_USAGE };
  const running = new Set<Meter>();

  /** Counts what a request cost, once. */
  const settle = (
    reserved: ReservedCall | null,
    usage: Usage,
    firstByteMs: number | null = null,
  ) => {
    reserved?.settle(usage, firstByteMs);
    add(settled, usage);
  };

  return {
    settle,

    usage(): Usage {
      const usage = { ...settled };
      for (const meter of running) add(usage, meter.usage());
      return usage;
    },

    /** An abort on either side ends both. */
    async forward(
      { source, isStream }: { source: AsyncIterable<Buffer>; isStream: boolean },
      response: ServerResponse,
      { reserved, sent, answer, watched, ends, isLeft }: CountedCall,
    ): Promise<void> {
      const meter = createMeter(dialect, sent, isStream);
      const most = reserved ? reserved.output * SLACK : Number.POSITIVE_INFINITY;
      reserved?.follow(meter.usage);
      running.add(meter);
      let isCut = false;
      let isWhole = false;
      const counting = new Transform({
        transform(chunk, _encoding, done) {
          watched.answers();
          meter.feed(chunk);
          if (meter.output() > most) {
            isCut = true;
            done(new Error('the model sends more than it was asked for'));
          } else {
            answer.chunk(chunk);
            done(null, chunk);
          }
        },
      });
      async function* untilCut() {
        try {
          yield* source;
        } catch (error) {
          // Where the client has left, the provider was let go.
          isCut = !response.destroyed;
          throw error;
        }
      }
      try {
        await pipeline(untilCut, counting, response);
        isWhole = true;
      } finally {
        running.delete(meter);
        if (!isWhole && isLeft()) reserved?.leave();
        settle(reserved, meter.usage(), watched.firstByteMs());
        watched.used(meter.usage());
        ends(endOfAnswer(meter, isCut));
      }
    },
  };
}

function add(sum: Usage, usage: Usage): void {
  for (const key of keysOf(NO_USAGE)) sum[key] += usage[key];
}
