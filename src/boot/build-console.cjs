'use strict';
/** `npm run build`: installs what is missing and builds the console into `dist/console`. */
const path = require('node:path');
const { buildConsole } = require('./console.cjs');
const { findNode } = require('./launch.cjs');
const { installPackages, packageProblem } = require('./packages.cjs');

const root = path.resolve(__dirname, '../..');

async function build() {
  if (packageProblem(root, true)) await installPackages(root, true);
  buildConsole(root, findNode(root));
}

build().catch(error => {
  process.stderr.write(`gatehouse: ${error.message}\n`);
  process.exitCode = 1;
});
