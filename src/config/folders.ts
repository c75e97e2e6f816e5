/** The folders that Gatehouse has where no setting names others. */
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** The checkout, or the package that npm installed. */
const root = resolve(import.meta.dirname, '../..');
const isInstalled = basename(dirname(root)) === 'node_modules';

const { XDG_CACHE_HOME, XDG_STATE_HOME } = process.env;

/** The deployment's state: of a checkout in the current folder, else the user's. */
export const STATE_FOLDER = isInstalled
  ? join(XDG_STATE_HOME || join(homedir(), '.local/state'), 'gatehouse')
  : resolve('.gatehouse');

/** Where the bootstrap unpacks what the system does not have; `src/boot/folders.cjs` has the same rule. */
export const TOOLS_FOLDER = join(
  isInstalled
    ? join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'gatehouse')
    : join(root, '.gatehouse'),
  'tools',
);
