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

/**
 * A provider that ignores its bound is cut off at this many times the output: an estimate may be as far
 * from what the provider counts. One that takes no bound is cut off at what was reserved.
 */
const SLACK = 4;
/** An answer in one piece is counted with all that stands around its text: these tokens at most, and … */
const AROUND = 4_096;
/** … what some repeat of the request, its tools and instructions, which is indented more. */
const REPEATED = 2;
/** No provider that hides what its models think is known to be faster. Tokens of output a second. */
const FASTEST_OUTPUT = 1_000;

/** A call whose request was sent. */
type SentCall = {
  reserved: ReservedCall | null;
  /** The estimated tokens of the request. */
  input: number;
  /** When it was sent, as `performance.now()` has it. */
  began: number;
};

type CountedCall = FollowedCall &
  SentCall & {
    /** Whether an answer that does not come to its end here goes on without this process. */
    isLeft: () => boolean;
    /** Whether its provider may go on with it when nobody reads it any more. */
    mayGoOn: () => boolean;
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

    /** What a call comes to of which no part was answered. `mayGoOn`: its provider may answer to nobody. */
    settleUnanswered({ reserved, input, began }: SentCall, mayGoOn: boolean): Usage {
      const usage = { ...NO_USAGE, input, output: untold(reserved, began, mayGoOn) };
      settle(reserved, usage);
      return usage;
    },

    usage(): Usage {
      const usage = { ...settled };
      for (const meter of running) add(usage, meter.usage());
      return usage;
    },

    /** An abort on either side ends both. */
    async forward(
      { source, isStream }: { source: AsyncIterable<Buffer>; isStream: boolean },
      response: ServerResponse,
      { reserved, input, began, answer, watched, ends, isLeft, mayGoOn }: CountedCall,
    ): Promise<void> {
      const meter = createMeter(dialect, input, isStream);
      const around = isStream ? 0 : AROUND + input * REPEATED;
      const times = dialect.takesBound ? SLACK : 1;
      const most = reserved ? reserved.output * times + around : Number.POSITIVE_INFINITY;
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
        const goesOn = !isWhole && isLeft();
        if (goesOn) reserved?.leave();
        const usage = meter.usage();
        // What a model thinks may be hidden, so what passed of an answer is no measure of it.
        if (!isWhole && !goesOn && !meter.isComplete())
          usage.output = Math.max(usage.output, untold(reserved, began, mayGoOn()));
        settle(reserved, usage, watched.firstByteMs());
        watched.used(usage);
        ends(endOfAnswer(meter, isCut));
      }
    },
  };
}

/** Tokens of output that may have been made without being told: all that were reserved, or what the time allows. */
function untold(reserved: ReservedCall | null, began: number, mayGoOn: boolean): number {
  if (reserved === null) return 0;
  if (mayGoOn) return reserved.output;
  const seconds = (performance.now() - began) / 1_000;
  return Math.min(reserved.output, Math.ceil(seconds * FASTEST_OUTPUT));
}

function add(sum: Usage, usage: Usage): void {
  for (const key of keysOf(NO_USAGE)) sum[key] += usage[key];
}
