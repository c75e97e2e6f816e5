/** Why a command changes nothing. Whoever handles a refusal reads its code; the message is for people. */

export type RefusalCode =
  /** It was done, asked or answered before. */
  | 'repeated'
  /** What it is about does not exist. */
  | 'absent'
  /** What it is about is over, or in a state that does not take it. */
  | 'ended'
  /** Nothing begins until somebody resumes it. */
  | 'paused'
  /** It is about a head, a content or a check that is not the present one. */
  | 'stale'
  /** A bound is reached. */
  | 'limit'
  /** The repository's configuration or the kind of task does not provide for it. */
  | 'unsupported'
  /** The task graph has a fault. */
  | 'unsound'
  /** The effect whose outcome it is was settled meanwhile. */
  | 'settled'
  /** The lease under which it was sent is over. */
  | 'fenced'
  /** Another task is open that comes from the same origin. */
  | 'busy';

export type CommandRefusal = {
  code: RefusalCode;
  /** Whether the person who asked is told; false where an answer would only repeat an earlier one. */
  tell: boolean;
  message: string;
};

const SILENT = new Set<RefusalCode>(['repeated', 'settled', 'fenced']);

export const refusal = (code: RefusalCode, message: string): CommandRefusal => ({
  code,
  tell: !SILENT.has(code),
  message,
});
