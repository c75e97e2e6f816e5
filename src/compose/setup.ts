/** The App's registration, for `gatehouse setup`. */
import { runSetup } from '../adapters/github/setup.ts';
import type { House, SetupRun } from '../cli/house.ts';
import type { Environment } from '../config.ts';

export const setup = (
  env: Environment,
  options: Parameters<House['setup']>[0],
): Promise<SetupRun> => runSetup({ ...options, env });
