'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { boundToUs } = require('./launch.cjs');
const { say } = require('./say.cjs');

const readLock = file => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
};

/**
 * Compares what is wanted with what npm noted when it last finished here. Packages that are optional
 * may be absent (other platforms); packages that nobody asked for do no harm.
 * Returns the first difference in words, or `null`.
 */
function packageFault(root, development) {
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

/** `npm ci`, once more where it failed (a registry hiccup); throws where that fails too. */
async function installPackages(root, development) {
  // npm writes its note last; without the old one, a killed install is never taken for a whole one.
  fs.rmSync(path.join(root, 'node_modules/.package-lock.json'), { force: true });
  if (await npmCi(root, development, ['--prefer-offline'])) return;
  say('the installation failed; trying once more …');
  if (await npmCi(root, development, [])) return;
  throw new Error('`npm ci` failed (see above). Mend what it says, then start again.');
}

function npmCi(root, development, more) {
  const own = process.env.npm_execpath;
  const npm = own && /^npm-cli\.c?js$/.test(path.basename(own)) ? [process.execPath, own] : ['npm'];
  const flags = ['--no-engine-strict', '--no-audit', '--no-fund', '--loglevel=error', ...more];
  if (development) flags.push('--include=dev', '--include=optional');
  // Dies with us: left alone, it would go on writing under the next start's installation.
  const [command, ...args] = boundToUs('KILL', [...npm, 'ci', ...flags]);

  const names = Object.keys(readLock(path.join(root, 'package-lock.json'))).filter(
    name => name !== '',
  );
  const began = Date.now();
  const progress = () => {
    const there = names.filter(name => fs.existsSync(path.join(root, name, 'package.json'))).length;
    const seconds = Math.round((Date.now() - began) / 1000);
    return `installing packages … ${there} in place after ${seconds} s`;
  };
  const tty = process.stderr.isTTY;
  say('installing packages (a minute or so the first time) …');
  const timer = setInterval(
    () => (tty ? process.stderr.write(`\rgatehouse: ${progress()} `) : say(progress())),
    tty ? 1_000 : 10_000,
  );
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
    child.on('error', reject);
    child.on('close', code => {
      clearInterval(timer);
      if (tty) process.stderr.write('\r\x1b[K');
      if (code === 0) say(`packages installed in ${Math.round((Date.now() - began) / 1000)} s`);
      resolve(code === 0);
    });
  });
}

module.exports = { installPackages, packageFault };
