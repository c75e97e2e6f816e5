/** `gatehouse <command>`: the environment is read here and nowhere else. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { createProgram } from './cli/program.ts';
import { composeHouse } from './compose.ts';
import type { Environment } from './config.ts';

/** What `gatehouse setup` wrote, then a `.env` of this folder, then the environment itself. */
function environment(): Environment {
  const state = process.env.GATEHOUSE_STATE_DIR ?? '.gatehouse';
  const written = [resolve(state, '.env'), resolve('.env')]
    .filter(path => existsSync(path))
    .map(path => parseEnv(readFileSync(path, 'utf8')));
  return Object.assign({}, ...written, process.env);
}

createProgram(composeHouse(environment))
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`gatehouse: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  });
