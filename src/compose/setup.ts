/** The App's registration, for `gatehouse setup`. */
import { runSetup } from '../adapters/github/setup.ts';
import type { Services, SetupRun } from '../cli/services.ts';
import type { Environment } from '../config/environment.ts';
import { bindFault } from './bind.ts';

/** Refuses where an App is there already: its key exists nowhere else, and would be written over. */
export async function setup(
  env: Environment,
  options: Parameters<Services['setup']>[0],
): Promise<SetupRun> {
  if (env.APP_ID)
    throw new Error(
      `App ${env.APP_ID} is set up already. To register another, take APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH and WEBHOOK_SECRET out of the environment and out of .env, here and in the state folder, and keep a copy.`,
    );
  return runSetup({ ...options, env }).catch((error: NodeJS.ErrnoException) => {
    throw bindFault(error, { host: '127.0.0.1', port: options.port });
  });
}
