'use strict';
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { print, run } = require('./terminal.cjs');

const built = 'dist/console';
const stamp = root => path.join(root, built, '.digest');

/** The digest of what the console is built from; `package.json` has the versions of its packages. */
function sourcesDigest(root) {
  const folder = 'src/console';
  const files = fs
    .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)));
  const hash = createHash('sha256');
  for (const file of ['package.json', 'vite.config.ts', ...files.sort()])
    hash.update(`${file}\n`).update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

/** Why the console must be built; `null` where it is up to date. */
function consoleProblem(root) {
  if (!fs.existsSync(path.join(root, 'vite.config.ts'))) return null;
  if (!fs.existsSync(stamp(root))) return 'it was never built';
  return fs.readFileSync(stamp(root), 'utf8') === sourcesDigest(root)
    ? null
    : 'its sources changed';
}

const vite = root => path.join(root, 'node_modules/vite/bin/vite.js');

/** Builds the console. The stamp is written last, so that an interrupted build is repeated. */
function buildConsole(root, node) {
  print('building the console …');
  const digest = sourcesDigest(root);
  const options = ['build', '--configLoader', 'native', '--logLevel', 'warn'];
  // Whatever is set here, what is built is for people and not for debugging.
  const env = { ...process.env, NODE_ENV: 'production' };
  const end = run(node, [vite(root), ...options], { cwd: root, env });
  if (!end.ok) throw new Error(`the console could not be built:\n${end.output}`);
  fs.writeFileSync(stamp(root), digest);
}

/** Builds it where that is possible: without the console, Gatehouse works as well. */
function provideConsole(root, node) {
  const problem = consoleProblem(root);
  if (problem === null) return;
  if (!fs.existsSync(vite(root))) {
    print(
      `the console can't be built (${problem}), because the development packages are not installed. ` +
        'Run once:\n    npm install --include=dev && npm run build',
    );
    return;
  }
  try {
    buildConsole(root, node);
  } catch (error) {
    print(error.message);
  }
}

module.exports = { buildConsole, consoleProblem, provideConsole };
