'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** Node 24: the one that npm installed, or the one that runs this. */
function findNode(root) {
  const own = path.join(root, 'node_modules/.bin/node');
  if (fs.existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    `Gatehouse needs Node 24, and npm has none for ${process.platform}-${process.arch}. ` +
      'Install Node 24 and start again with it.',
  );
}

let setpriv;
/** Puts `setpriv` in front, where there is one: the command gets `signal` when this process is gone. */
function boundToUs(signal, argv) {
  setpriv ??=
    spawnSync('setpriv', ['--pdeathsig', signal, 'true'], { stdio: 'ignore' }).status === 0;
  return setpriv ? ['setpriv', '--pdeathsig', signal, ...argv] : argv;
}

/** Our parent and its own: under npm, the shell and npm itself. `''` where the system does not tell. */
function lineage() {
  try {
    const stat = fs.readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return process.platform === 'linux' ? 'gone' : '';
  }
}
const callers = lineage();
/** npm passes SIGTERM to its shell alone, and dies of SIGKILL unheard: either would leave us behind. */
const ABANDONED_MS = 500;

/** Runs the program in place of this one: same terminal, signals passed on, same end. */
function launch(root, node, entry, args) {
  const [command, ...argv] = boundToUs('TERM', [node, entry, ...args]);
  // Types are stripped and modules compiled once, not at every start.
  process.env.NODE_COMPILE_CACHE ??= path.join(root, '.gatehouse/compiled');
  const child = spawn(command, argv, { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
  for (const signal of signals)
    process.on(signal, () => {
      // At a terminal, Ctrl-C has reached the program already: twice would mean "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  if (process.env.npm_lifecycle_event) {
    const watch = setInterval(() => {
      if (lineage() === callers) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }, ABANDONED_MS).unref();
  }
  child.on('error', error => {
    process.stderr.write(`gatehouse: ${node} can't be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

module.exports = { boundToUs, findNode, launch };
