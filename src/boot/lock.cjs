'use strict';
const fs = require('node:fs');
const { spawnSync } = require('node:child_process');
const { print } = require('./terminal.cjs');

/**
 * Runs `work` while no other bootstrap of this checkout does. `flock` locks the open file that this
 * process shares with it, so the kernel releases the lock when this process ends, and a lock file
 * that remains has no effect. Where `flock` is not installed, `work` runs without a lock.
 */
async function withLock(file, work) {
  const descriptor = fs.openSync(file, 'a', 0o600);
  const lock = (...options) =>
    spawnSync('flock', [...options, '3'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
  try {
    if (lock('-n').status === 1) {
      print('waiting for another start of Gatehouse that is setting things up …');
      lock();
    }
    return await work();
  } finally {
    fs.closeSync(descriptor);
  }
}

module.exports = { withLock };
