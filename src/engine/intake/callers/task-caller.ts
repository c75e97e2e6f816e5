/** Who calls for work from outside GitHub, and what they may call for. */
import type { Requester } from '../../../core/origin.ts';
import type { GrantedRepository } from '../../ports/machine-tokens.ts';

export type TaskCaller = {
  requester: Extract<Requester, { kind: 'token' }>;
  /** `null`: all that the App is installed on. */
  repositories: readonly GrantedRepository[] | null;
  commands: readonly string[];
  /** Whether its texts count as written by somebody with write access. */
  trusted: boolean;
};
