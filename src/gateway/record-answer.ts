/** An answer is told to whoever takes it down, as it is sent to the client. */
import type { ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import type { AnswerRecord } from '../engine/ports/gateway.ts';

/** Nobody takes it down. */
export const NO_RECORD: AnswerRecord = { began() {}, chunk() {}, goesOn() {}, ended() {} };

/** Sends an answer that is known whole. */
export function reply(
  response: ServerResponse,
  { status, headers, text }: { status: number; headers: Record<string, string>; text: string },
  answer: AnswerRecord,
): void {
  response.writeHead(status, headers).end(text);
  answer.began(status, headers);
  answer.chunk(Buffer.from(text));
}

/** Bytes pass through it unchanged, and at once. */
export const recorded = (answer: AnswerRecord) =>
  new Transform({
    transform(chunk, _encoding, done) {
      answer.chunk(chunk);
      done(null, chunk);
    },
  });
