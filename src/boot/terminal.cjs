'use strict';
const { spawnSync } = require('node:child_process');

/** Prints a message for people to stderr, because stdout belongs to the program that is started. */
const print = text => process.stderr.write(`gatehouse: ${text}\n`);

/** Runs a command without showing its output, which is returned for the message where it failed. */
function run(command, args, options = {}) {
  const end = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  const output = `${end.stdout ?? ''}${end.stderr ?? ''}${end.error?.message ?? ''}`.trim();
  return { ok: end.status === 0, output };
}

module.exports = { print, run };
