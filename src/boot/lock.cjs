'use strict';
const fs = require('node:fs');
const { spawnSync } = require('node:child_process');
const { say } = require('./say.cjs');

/**
 * Runs `work` while no other bootstrap of this checkout does. The lock is the kernel's: `flock`
 * locks the file description that we share with it, so it ends with this process however that dies,
 * and a file left lying hinders nobody. Where there is no `flock`, `work` runs without a lock.
 */
async function withLock(file, work) {
  const descriptor = fs.openSync(file, 'a', 0o600);
  const lock = (...options) =>
    spawnSync('flock', [...options, '3'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
  try {
    if (lock('-n').status === 1) {
      say('waiting for another start of Gatehouse that is setting things up …');
      lock();
    }
    return await work();
  } finally {
    fs.closeSync(descriptor);
  }
}

module.exports = { withLock };
