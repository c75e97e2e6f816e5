/** GitHub, as the App that is configured. */
import { type ConnectOptions, connectGitHub, type GitHub } from '../../adapters/github/connect.ts';
import type { Config } from '../../config.ts';
import type { CheckFault } from '../../engine/ports/doctor.ts';
import { GitHubFailure } from '../../engine/ports/github.ts';
import type { Logger } from '../../engine/ports/logger.ts';

/** `shared`: with the other processes; left out where next to nothing is asked. */
export const connect = (
  { privateKey, ...github }: Config['github'],
  log: Logger,
  shared: Pick<ConnectOptions, 'limits' | 'changes' | 'sealedTokens' | 'redact'> = {},
): Promise<GitHub> => connectGitHub({ ...github, privateKey: privateKey.reveal(), log, ...shared });

/** Why it did not connect, and what to do about it. */
export function gitHubFault(error: unknown): CheckFault {
  const problem = error instanceof Error ? error.message : String(error);
  const kind = error instanceof GitHubFailure ? error.class : null;
  if (kind === 'forbidden' || kind === 'not_found')
    return {
      problem,
      remediation:
        "APP_ID and the private key must be one App's: see its page, and generate another key there where this one's is lost.",
    };
  if (kind === 'transport')
    return {
      problem,
      remediation:
        'Is this machine connected, and are GHE_HOST and GHE_PROTOCOL as they should be?',
    };
  return { problem, remediation: 'GitHub is not well: try again later.' };
}
