'use strict';
const os = require('node:os');
const path = require('node:path');

/**
 * Whether npm installed the package that is at `root`. There Node runs no TypeScript, npm has
 * installed what is needed, and the folder may belong to another user.
 */
const isInstalled = root => path.basename(path.dirname(root)) === 'node_modules';

/** Where programs are unpacked that the machine lacks; `src/config/folders.ts` has the same rule. */
const cacheFolder = root =>
  isInstalled(root)
    ? path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'gatehouse')
    : path.join(root, '.gatehouse');

module.exports = { cacheFolder, isInstalled };
