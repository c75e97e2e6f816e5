/** The composition root: with its rooms below, the only place that builds adapters. */
import { readFileSync } from 'node:fs';
import type { House } from './cli/house.ts';
import { checkUp } from './compose/check-up.ts';
import { createLogger } from './compose/logger.ts';
import { open } from './compose/open.ts';
import { setup } from './compose/setup.ts';
import { start } from './compose/start.ts';
import {
  describeFaults,
  type Environment,
  type Read,
  readConfig,
  readStoreConfig,
} from './config.ts';

const files = { read: (path: string) => readFileSync(path, 'utf8') };

/** Nothing is read before a command asks for it: `--help` works without any configuration. */
export function composeHouse(env: () => Environment): House {
  return {
    async openLog() {
      const config = sound(readStoreConfig(env()));
      const { store, artifacts, close } = await open(config, createLogger(config.logLevel));
      return { log: store.log, tasks: store.tasks, artifacts, close };
    },
    serve: () => start(sound(readConfig(env(), files)), { listen: true }),
    work: () => start(sound(readConfig(env(), files)), { listen: false }),
    checkUp: () => checkUp(env(), files),
    setup: options => setup(env(), options),
  };
}

function sound<T>(read: Read<T>): T {
  if (read.ok) return read.config;
  const faults = describeFaults(read.faults).replaceAll('\n', '\n  ');
  throw new Error(`The configuration has faults:\n  ${faults}`);
}
