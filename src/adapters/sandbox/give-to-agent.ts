/** Where Gatehouse is root, agents are not: they own what they work on, and nothing else. */
import { chown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { AGENT_UID } from '../../engine/ports/sandbox.ts';
import { TRUSTED_PATH } from './find-tools.ts';

/** `setpriv` arguments that give root up for good. */
export const AS_AGENT = [
  ...['--reuid', String(AGENT_UID), '--regid', String(AGENT_UID), '--clear-groups'],
  ...['--inh-caps', '-all', '--no-new-privs'],
];

/** A work tree (or upper layer) of root's is handed over whole; links are not followed. */
export async function giveWorkTree(path: string): Promise<void> {
  if ((await lstat(path)).uid === AGENT_UID) return;
  await execa('chown', ['-hR', `${AGENT_UID}:${AGENT_UID}`, '--', path], {
    env: { PATH: TRUSTED_PATH, LC_ALL: 'C' },
    extendEnv: false,
    stdin: 'ignore',
  });
}

/** The gateway's folder and socket: private to their owner, who is the agent. */
export async function giveGateway(folder: string): Promise<void> {
  await chown(folder, AGENT_UID, AGENT_UID);
  for (const name of await readdir(folder)) await chown(join(folder, name), AGENT_UID, AGENT_UID);
}
