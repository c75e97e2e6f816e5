/** Checks of a sandbox's spec that run before anything is built; each error says what to do. */
import { lstat, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { AGENT_UID, SANDBOX_WORK, type SandboxSpec } from '../../engine/ports/sandbox.ts';

/** Throws where a path of the spec does not exist, can't be read, or would hide a protected one. */
export async function checkSpec(spec: SandboxSpec, root: boolean): Promise<void> {
  const { workTree, binds, gateway, home } = spec;
  const layers = workTree.kind === 'folder' ? [workTree.path] : [workTree.upper, ...workTree.lower];
  const needed = gateway === null ? [...layers] : [...layers, join(gateway.folder, 'gw.sock')];
  if (home !== null) needed.push(home.from);
  for (const path of needed) await statOrThrow(path);
  for (const { from, to } of binds) {
    assertAllowedTarget(to);
    await assertNoSymbolicLinks(layers, to);
    const { uid, mode } = await statOrThrow(from);
    if (root && uid !== AGENT_UID && (mode & 0o004) === 0)
      throw new Error(
        `${from} can't be read in the sandbox, where agents run as uid ${AGENT_UID} and not as root: chmod o+rX it, or chown it to ${AGENT_UID}.`,
      );
  }
}

async function statOrThrow(path: string) {
  return stat(path).catch(() => {
    throw new Error(`${path} can't be bound in the sandbox: it does not exist.`);
  });
}

const RESERVED = ['/proc', '/dev', '/sys', '/etc', '/usr', '/run/gw', '/run/tools'];

function assertAllowedTarget(to: string): void {
  const inside = (folder: string) => to === folder || to.startsWith(`${folder}/`);
  if (
    !posix.isAbsolute(to) ||
    posix.normalize(to) !== to ||
    to.endsWith('/') ||
    RESERVED.some(inside)
  )
    throw new Error(
      `Nothing can be bound at ${JSON.stringify(to)} in the sandbox: use an absolute path outside ${RESERVED.join(', ')}.`,
    );
}

/**
 * Throws where an earlier run left a symbolic link on the way to a mount point in the work tree:
 * bubblewrap mounts while the host's root is still visible, and would follow it to a host folder.
 */
async function assertNoSymbolicLinks(layers: string[], to: string): Promise<void> {
  const relative = posix.relative(SANDBOX_WORK, to);
  if (relative.startsWith('..')) return;
  let path = '';
  for (const part of relative.split('/')) {
    path = join(path, part);
    for (const layer of layers) {
      const found = await lstat(join(layer, path)).catch(() => null);
      if (found?.isSymbolicLink())
        throw new Error(`Nothing can be bound at ${to}: ${path} is a symbolic link there.`);
    }
  }
}
