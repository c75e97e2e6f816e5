/** A request to the model's endpoint: what is sent of it, or why nothing is. */
import type { IncomingMessage } from 'node:http';
import type { AnswerRecord, CallEnd, LeftAnswer, ReservedCall } from '../engine/ports/gateway.ts';
import type { WatchedCall } from './watched-call.ts';

/** What is sent. `isMetered`: it costs something; `reserved`: what it may cost; `null`: nothing limits it. */
export type AdmittedRequest = {
  path: string;
  /** As the request names it; empty where it names none. */
  model: string;
  body: Buffer | null;
  isMetered: boolean;
  /** The tokens of the request, as estimated; 0 of one that costs nothing. */
  input: number;
  reserved: ReservedCall | null;
  /** The request with a lower bound, for what the provider said of the one that was added; `null`: it is not sent again. */
  again: (said: string) => Buffer | null;
  /** Where an answer is found that goes on in the background; `null`: it ends with its connection. */
  background: { answers: string } | null;
  /** The same was asked by a worker that was lost; `null`: it was not. */
  left: LeftAnswer | null;
};
/** Why nothing is sent. */
export type ModelRefusal = { status: number; code: string; message: string };
export type Rejection = ModelRefusal &
  Pick<AdmittedRequest, 'path' | 'model' | 'body' | 'isMetered'>;

/** Who is told what comes of a request. */
export type FollowedCall = {
  answer: AnswerRecord;
  watched: WatchedCall;
  ends: (end: CallEnd) => void;
};

/** Only the path is read: `//elsewhere/v1` must not be taken for a host. `path` is what is forwarded. */
export function readPath({ url }: IncomingMessage): { pathname: string; path: string } {
  const { pathname, searchParams } = new URL(`http://gateway${url ?? '/'}`);
  return { pathname, path: pathname + (searchParams.get('alt') === 'sse' ? '?alt=sse' : '') };
}
