#!/usr/bin/env node
'use strict';
/**
 * The first thing that runs, on whatever Node is there (20 or newer): sets up what is missing, then
 * hands over to Node 24, which runs TypeScript as it is. Prints nothing where there is nothing to do.
 *
 *   node src/boot.cjs test/demo/main.ts …   runs that file
 *   gatehouse serve …                       runs src/main.ts with all arguments
 */
const fs = require('node:fs');
const path = require('node:path');
const { clientFault, generateClient } = require('./boot/client.cjs');
const { findNode, launch } = require('./boot/launch.cjs');
const { withLock } = require('./boot/lock.cjs');
const { installPackages, packageFault } = require('./boot/packages.cjs');
const { missingTools, provideTools } = require('./boot/tools.cjs');

const root = path.resolve(__dirname, '..');
const state = path.join(root, '.gatehouse');

async function boot(given) {
  const named = given[0]?.endsWith('.ts') ?? false;
  const entry = path.join(root, named ? given[0] : 'src/main.ts');
  const args = named ? given.slice(1) : given;
  // Only tests and the demo need the development packages: an operator may have left them out.
  const development = !entry.startsWith(path.join(root, 'src') + path.sep);

  process.env.PATH = [
    path.join(root, 'node_modules/.bin'),
    path.join(state, 'tools/usr/bin'),
    process.env.PATH,
  ].join(path.delimiter);

  const incomplete = () =>
    packageFault(root, development) || missingTools().length > 0 || clientFault(root);
  if (incomplete()) {
    fs.mkdirSync(state, { recursive: true, mode: 0o700 });
    await withLock(path.join(state, 'boot.lock'), async () => {
      // Asked again: whoever held the lock may have done it.
      if (packageFault(root, development)) await installPackages(root, development);
      const missing = missingTools();
      if (missing.length > 0) provideTools(state, missing);
      if (clientFault(root)) generateClient(root, findNode(root));
    });
  }
  launch(root, findNode(root), entry, args);
}

boot(process.argv.slice(2)).catch(error => {
  const unwritable = error.code === 'EACCES' || error.code === 'EROFS';
  const mend = unwritable
    ? `\nRun it as the user who owns ${root}, or give this user the folder.`
    : '';
  process.stderr.write(`gatehouse: ${error.message}${mend}\n`);
  process.exitCode = 1;
});
