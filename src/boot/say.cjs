'use strict';
const { spawnSync } = require('node:child_process');

/** For people, on stderr: stdout belongs to the program that follows. */
const say = text => process.stderr.write(`gatehouse: ${text}\n`);

/** Runs a command quietly; `said` is what it printed, for the message where it failed. */
function run(command, args, options = {}) {
  const end = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  const said = `${end.stdout ?? ''}${end.stderr ?? ''}${end.error?.message ?? ''}`.trim();
  return { ok: end.status === 0, said };
}

module.exports = { run, say };
