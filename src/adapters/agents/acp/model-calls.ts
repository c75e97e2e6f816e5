/** Counts an agent's calls to its model, as far as it reports them, and says when it has to stop trying. */
import type { AcpCli, AcpFailure } from './cli.ts';

/** `last`: it may not try again. */
export type FailedCall = { failure: AcpFailure; message: string; last: boolean };

type ModelCalls = {
  /** A call begins. Where the call before was not answered, that one failed. */
  begins(): FailedCall | null;
  /** A call failed, and the agent repeats it. */
  failed(message: string): FailedCall;
  /** A call failed, and the agent gives up. */
  givesUp(message: string): void;
  /** A call was answered. */
  answered(): void;
  /** The agent uses a tool, so its provider works. */
  toolUsed(): void;
  /** Why the agent gave up; null where it went on since. */
  whyOver(): string | null;
};

export function createModelCalls(
  cli: Pick<AcpCli, 'classify' | 'mostTries' | 'silentFailure'>,
): ModelCalls {
  /** Failed calls since the agent last used a tool. */
  let failures = 0;
  let waiting = false;
  let over: string | null = null;

  const failed = (message: string): FailedCall => {
    failures += 1;
    const failure = cli.classify({ code: 0, message });
    return { failure, message, last: failures >= cli.mostTries(failure) };
  };
  const answered = (): void => {
    waiting = false;
    over = null;
  };

  return {
    begins() {
      const silent = waiting;
      waiting = true;
      return silent && cli.silentFailure !== null ? failed(cli.silentFailure) : null;
    },
    failed(message) {
      waiting = false;
      return failed(message);
    },
    givesUp(message) {
      over = message;
    },
    answered,
    toolUsed() {
      failures = 0;
      answered();
    },
    whyOver: () => over,
  };
}
