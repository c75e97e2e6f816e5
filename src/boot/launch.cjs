'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

/** The path of Node 24: the one that npm installed, or the one that runs this process. */
function findNode(root) {
  try {
    // npm may have put it beside the package instead of into it.
    return createRequire(path.join(root, 'package.json')).resolve(
      `node-${process.platform}-${process.arch}/bin/node`,
    );
  } catch {
    // Optional: npm has none for every platform.
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    `Gatehouse needs Node 24, and npm has none for ${process.platform}-${process.arch}. ` +
      'Install Node 24 and start again with it.',
  );
}

let setpriv;
/** The command behind `setpriv`, where that exists: it gets `signal` when this process ends. */
function withDeathSignal(signal, argv) {
  setpriv ??=
    spawnSync('setpriv', ['--pdeathsig', signal, 'true'], { stdio: 'ignore' }).status === 0;
  return setpriv ? ['setpriv', '--pdeathsig', signal, ...argv] : argv;
}

/**
 * The pids of the parent process and its parent, which under npm are a shell and npm. `''` where the
 * system does not report them.
 */
function ancestors() {
  try {
    const stat = fs.readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return process.platform === 'linux' ? 'gone' : '';
  }
}
const callers = ancestors();
/**
 * How often the ancestors are compared under npm. npm sends SIGTERM only to its shell, and SIGKILL
 * ends npm alone, so that otherwise this process would run on after either.
 */
const ANCESTOR_CHECK_MS = 500;

/** Runs the program with the same terminal, forwards signals, and ends as the program ends. */
function launch(compiled, node, entry, args) {
  const [command, ...argv] = withDeathSignal('TERM', [node, entry, ...args]);
  // The cache keeps compiled modules, so that they are not compiled at every start.
  process.env.NODE_COMPILE_CACHE ??= compiled;
  const child = spawn(command, argv, { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
  for (const signal of signals)
    process.on(signal, () => {
      // Ctrl-C at a terminal also reaches the program itself, for which a second one means "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  if (process.env.npm_lifecycle_event) {
    const watch = setInterval(() => {
      if (ancestors() === callers) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }, ANCESTOR_CHECK_MS).unref();
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

module.exports = { findNode, launch, withDeathSignal };
