/** Calls whose answers their provider goes on with in the background, also for a worker that was lost. */
import type { ServerResponse } from 'node:http';
import type { BackgroundAnswers, ModelRoute, ReservedCall } from '../engine/ports/gateway.ts';
import { backgroundAnswer } from './background-answer.ts';
import type { CountedAnswers } from './counted-answers.ts';
import { followAnswer } from './follow-answer.ts';
import type { AdmittedRequest, FollowedCall } from './model-request.ts';
import { USUAL_OUTPUT } from './output-bounds.ts';

type BackgroundCall = AdmittedRequest & FollowedCall;
/** `began`: when its request was sent, as `performance.now()` has it. */
type BegunCall = BackgroundCall & { began: number };

export function createBackgroundCalls(
  route: ModelRoute,
  counted: CountedAnswers,
  answers: BackgroundAnswers | null,
) {
  const followingOf = ({ background }: BackgroundCall) =>
    followAnswer(route, route.upstream.replace(/\/$/, '') + (background?.answers ?? ''));

  /** Whoever takes the run up goes on with what is under way. */
  const isLeft = () => answers?.leaves() ?? false;

  /** Passes the stream of such an answer on, over as many connections as it takes. */
  const follow = async (
    stream: AsyncIterable<Uint8Array>,
    response: ServerResponse,
    call: BegunCall,
    /** Its id, where it is known before its first event. */
    known: string | null = null,
  ): Promise<void> => {
    const { reserved, answer } = call;
    const { takeUp, cancel } = followingOf(call);
    let isKnown = known !== null;
    const source = backgroundAnswer(stream, {
      known,
      takeUp,
      cancel: async id => (isLeft() ? undefined : cancel(id)),
      named(id) {
        isKnown = true;
        answer.goesOn(id, reserved?.reservation ?? null);
      },
      isGone: () => response.destroyed,
    });
    const passing = { source, isStream: true };
    // What has no id yet can't be canceled.
    await counted.forward(passing, response, { ...call, isLeft, mayGoOn: () => !isKnown });
  };

  /** Whether a worker that was lost had asked for the answer: then it is not asked for again. */
  const takeUpLeft = async (response: ServerResponse, call: BackgroundCall): Promise<boolean> => {
    const { left, reserved, answer } = call;
    if (!left) return false;
    const { fromStart, cancel } = followingOf(call);
    const stream = await fromStart(left.id).catch(() => null);
    if (!stream) return false;
    if (response.destroyed) {
      await stream.cancel();
      if (!isLeft()) await cancel(left.id);
      return false;
    }
    const settle = left.takeUp();
    const paidBefore: ReservedCall = {
      reservation: left.reservation,
      output: reserved?.output ?? USUAL_OUTPUT,
      follow() {},
      settle: usage => usage && settle(usage),
      leave() {},
    };
    // What is reserved for this call is not needed.
    reserved?.settle(null);
    const headers = { 'content-type': 'text/event-stream' };
    response.writeHead(200, headers).flushHeaders();
    answer.began(200, headers);
    // Nobody knows here since when its provider has been at it.
    const began = Number.NEGATIVE_INFINITY;
    await follow(stream, response, { ...call, reserved: paidBefore, began }, left.id);
    return true;
  };

  return { follow, takeUpLeft };
}
