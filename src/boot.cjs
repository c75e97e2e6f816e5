#!/usr/bin/env node
'use strict';
/**
 * The bootstrap, which runs on any installed Node from version 20. It installs what is missing and
 * then starts Node 24, which runs TypeScript without a build; a package that npm installed has it
 * built. It prints nothing where nothing is missing.
 *
 *   node src/boot.cjs test/demo/main.ts …   runs that file
 *   gatehouse serve …                       runs src/main.ts with all arguments
 */
const fs = require('node:fs');
const path = require('node:path');
const { consoleProblem, provideConsole } = require('./boot/console.cjs');
const { clientProblem, generateClient } = require('./boot/database-client.cjs');
const { cacheFolder, isInstalled } = require('./boot/folders.cjs');
const { findNode, launch } = require('./boot/launch.cjs');
const { withLock } = require('./boot/lock.cjs');
const { installPackages, packageProblem } = require('./boot/packages.cjs');
const { missingTools, provideTools } = require('./boot/tools.cjs');

const root = path.resolve(__dirname, '..');
const state = cacheFolder(root);

async function boot(argv) {
  const namesFile = argv[0]?.endsWith('.ts') ?? false;
  const main = isInstalled(root) ? 'dist/main.js' : 'src/main.ts';
  const entry = path.join(root, namesFile ? argv[0] : main);
  const args = namesFile ? argv.slice(1) : argv;
  // Only tests and the demo need the development packages, so an operator need not install them.
  const development = namesFile && !entry.startsWith(path.join(root, 'src') + path.sep);

  process.env.PATH = [
    path.join(root, 'node_modules/.bin'),
    path.join(state, 'tools/usr/bin'),
    process.env.PATH,
  ].join(path.delimiter);

  // npm has installed the packages of an installed one, and the database client comes with it.
  const lacksPackages = () => !isInstalled(root) && packageProblem(root, development);
  const lacksClient = () => !isInstalled(root) && clientProblem(root);
  const servesConsole = argv[0] === 'serve' || argv[0] === 'test/demo/main.ts';
  const lacksConsole = () => servesConsole && !isInstalled(root) && consoleProblem(root);
  const incomplete = () =>
    lacksPackages() || missingTools().length > 0 || lacksClient() || lacksConsole();
  if (incomplete()) {
    fs.mkdirSync(state, { recursive: true, mode: 0o700 });
    await withLock(path.join(state, 'boot.lock'), async () => {
      // Another process may have installed everything while this one waited for the lock.
      if (lacksPackages()) await installPackages(root, development);
      const missing = missingTools();
      if (missing.length > 0) provideTools(state, missing);
      if (lacksClient()) generateClient(root, findNode(root));
      if (lacksConsole()) provideConsole(root, findNode(root));
    });
  }
  launch(path.join(state, 'compiled'), findNode(root), entry, args);
}

boot(process.argv.slice(2)).catch(error => {
  const unwritable = error.code === 'EACCES' || error.code === 'EROFS';
  const advice = unwritable
    ? `\nRun it as the user who owns ${root}, or make this user the owner of the folder.`
    : '';
  process.stderr.write(`gatehouse: ${error.message}${advice}\n`);
  process.exitCode = 1;
});
