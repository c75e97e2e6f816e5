/** An agent's calls to its model, as far as it tells of them, and when it is let go on no longer. */
import type { AcpCli, AcpFailure } from './cli.ts';

/** `last`: it may not try again. */
export type FailedCall = { failure: AcpFailure; message: string; last: boolean };

export type ModelCalls = {
  /** Another one begins. Where nothing came of the one before, that one failed. */
  begins(): FailedCall | null;
  /** One failed, and is made again. */
  failed(message: string): FailedCall;
  /** One failed, and it makes no other. */
  givesUp(message: string): void;
  /** Something came of one. */
  answered(): void;
  /** A tool is used: the provider works. */
  acted(): void;
  /** Why it gave up, where nothing was said or done since. */
  whyOver(): string | null;
};

export function createModelCalls(
  cli: Pick<AcpCli, 'classify' | 'mostTries' | 'silentFailure'>,
): ModelCalls {
  /** Since it last used a tool. */
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
    acted() {
      failures = 0;
      answered();
    },
    whyOver: () => over,
  };
}
