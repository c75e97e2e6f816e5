/** Calls whose answers their provider goes on with in the background, also for a worker that was lost. */
import type { ServerResponse } from 'node:http';
import type { BackgroundAnswers, ModelRoute, ReservedCall } from '../engine/ports/gateway.ts';
import { backgroundAnswer } from './background-answer.ts';
import type { CountedAnswers } from './counted-answers.ts';
import { followAnswer } from './follow-answer.ts';
import type { AdmittedRequest, FollowedCall } from './model-request.ts';

type BackgroundCall = AdmittedRequest & FollowedCall;

export function createBackgroundCalls(
  route: ModelRoute,
  counted: CountedAnswers,
  answers: BackgroundAnswers | null,
) {
  const followingOf = ({ background }: BackgroundCall) =>
    followAnswer(route, route.upstream.replace(/\/$/, '') + (background?.answers ?? ''));

  /** Passes the stream of such an answer on, over as many connections as it takes. */
  const follow = async (
    stream: AsyncIterable<Uint8Array>,
    response: ServerResponse,
    call: BackgroundCall,
  ): Promise<void> => {
    const { reserved, body, answer, watched, ends } = call;
    const { takeUp, cancel } = followingOf(call);
    const isLeft = () => answers?.leaves() ?? false;
    const source = backgroundAnswer(stream, {
      takeUp,
      cancel: async id => (isLeft() ? undefined : cancel(id)),
      named: id => answer.goesOn(id, reserved?.reservation ?? null),
      isGone: () => response.destroyed,
    });
    const passing = { source, isStream: true };
    const sent = body?.length ?? 0;
    const followed = { reserved, sent, answer, watched, ends, isLeft };
    await counted.forward(passing, response, followed);
  };

  /** Whether a worker that was lost had asked for the answer: then it is not asked for again. */
  const takeUpLeft = async (response: ServerResponse, call: BackgroundCall): Promise<boolean> => {
    const { left, reserved, answer } = call;
    if (!left) return false;
    const stream = await followingOf(call)
      .fromStart(left.id)
      .catch(() => null);
    if (!stream) return false;
    const settle = left.takeUp();
    const paidBefore: ReservedCall = {
      reservation: left.reservation,
      output: reserved?.output ?? Number.POSITIVE_INFINITY,
      follow() {},
      settle: usage => usage && settle(usage),
      leave() {},
    };
    // What is reserved for this call is not needed.
    reserved?.settle(null);
    const headers = { 'content-type': 'text/event-stream' };
    response.writeHead(200, headers).flushHeaders();
    answer.began(200, headers);
    await follow(stream, response, { ...call, reserved: paidBefore });
    return true;
  };

  return { follow, takeUpLeft };
}
