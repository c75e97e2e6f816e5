/**
 * Where Gatehouse runs as root, agents run as `AGENT_UID`: they own the files that they work on,
 * and nothing else.
 */
import { chown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { AGENT_UID } from '../../engine/ports/sandbox.ts';
import { TRUSTED_PATH } from './find-tools.ts';

/** `setpriv` arguments that drop root's rights with no way back. */
export const SETPRIV_ARGUMENTS = [
  ...['--reuid', String(AGENT_UID), '--regid', String(AGENT_UID), '--clear-groups'],
  ...['--inh-caps', '-all', '--no-new-privs'],
];

/**
 * Makes the agent the owner of a folder and all below it, unless the folder is the agent's already.
 * Symbolic links are not followed.
 */
export async function chownUnlessOwned(path: string): Promise<void> {
  if ((await lstat(path)).uid === AGENT_UID) return;
  await execa('chown', ['-hR', `${AGENT_UID}:${AGENT_UID}`, '--', path], {
    env: { PATH: TRUSTED_PATH, LC_ALL: 'C' },
    extendEnv: false,
    stdin: 'ignore',
  });
}

/** Makes the agent the owner of the gateway's folder and socket, which only their owner may use. */
export async function chownGateway(folder: string): Promise<void> {
  await chown(folder, AGENT_UID, AGENT_UID);
  for (const name of await readdir(folder)) await chown(join(folder, name), AGENT_UID, AGENT_UID);
}
