/** A run stops in the middle, for a question that only a person can answer. */
import type { PolicyDecision } from '../../../core/decision.ts';
import type { ApprovalSubject } from '../../../core/task/decide/command.ts';

export type Stopped = { decision: PolicyDecision; approvalSubject: ApprovalSubject };

export type Pause = {
  /** Aborted once the run stops: its process is to be ended. */
  signal: AbortSignal;
  /** What it stops for; `null` while it goes on. */
  stopped(): Stopped | null;
  /** There is no answer while the process lives: the promise never settles. */
  stop(of: Stopped): Promise<never>;
};

export function createPause(): Pause {
  const pause = new AbortController();
  let first: Stopped | null = null;
  return {
    signal: pause.signal,
    stopped: () => first,
    stop(of) {
      first ??= of;
      pause.abort();
      return new Promise(() => {});
    },
  };
}
