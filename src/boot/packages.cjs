'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { withDeathSignal } = require('./launch.cjs');
const { print } = require('./terminal.cjs');

const readLock = file => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
};

/**
 * Compares the lockfile with what npm recorded as installed. Optional packages may be missing, as
 * those of other platforms are; additional packages do no harm. Returns a description of the first
 * difference, or `null`.
 */
function packageProblem(root, development) {
  const wanted = readLock(path.join(root, 'package-lock.json'));
  if (wanted === null)
    throw new Error(`${root}/package-lock.json is missing or not JSON: restore it from git.`);
  const installed = readLock(path.join(root, 'node_modules/.package-lock.json'));
  if (installed === null) return 'nothing is installed';
  for (const [name, want] of Object.entries(wanted)) {
    if (name === '' || (want.dev && !development)) continue;
    const have = installed[name];
    if (have === undefined && !want.optional) return `${name} is missing`;
    if (have !== undefined && (have.version !== want.version || have.integrity !== want.integrity))
      return `${name} is ${have.version}, not ${want.version}`;
  }
  return null;
}

/** Runs `npm ci`, and a second time where it failed, as a registry may; throws where that fails too. */
async function installPackages(root, development) {
  // npm writes this record last. It is removed first, so that an interrupted installation is noticed.
  fs.rmSync(path.join(root, 'node_modules/.package-lock.json'), { force: true });
  if (await npmCi(root, development, ['--prefer-offline'])) return;
  print('the installation failed; trying once more …');
  if (await npmCi(root, development, [])) return;
  throw new Error('`npm ci` failed (see above). Fix what it reports, then start again.');
}

function npmCi(root, development, more) {
  const own = process.env.npm_execpath;
  const npm = own && /^npm-cli\.c?js$/.test(path.basename(own)) ? [process.execPath, own] : ['npm'];
  const flags = [
    '--no-engine-strict',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
    ...more,
  ];
  if (development) flags.push('--include=dev', '--include=optional');
  // npm is killed with this process, because it would interfere with the next start's installation.
  const [command, ...args] = withDeathSignal('KILL', [...npm, 'ci', ...flags]);

  const names = Object.keys(readLock(path.join(root, 'package-lock.json'))).filter(
    name => name !== '',
  );
  const began = Date.now();
  const progress = () => {
    const installed = names.filter(name =>
      fs.existsSync(path.join(root, name, 'package.json')),
    ).length;
    const seconds = Math.round((Date.now() - began) / 1000);
    return `installing packages … ${installed} in place after ${seconds} s`;
  };
  const tty = process.stderr.isTTY;
  print('installing packages (a minute or so the first time) …');
  const timer = setInterval(
    () => (tty ? process.stderr.write(`\rgatehouse: ${progress()} `) : print(progress())),
    tty ? 1_000 : 10_000,
  );
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
    child.on('error', reject);
    child.on('close', code => {
      clearInterval(timer);
      if (tty) process.stderr.write('\r\x1b[K');
      if (code === 0) print(`packages installed in ${Math.round((Date.now() - began) / 1000)} s`);
      resolve(code === 0);
    });
  });
}

module.exports = { installPackages, packageProblem };
