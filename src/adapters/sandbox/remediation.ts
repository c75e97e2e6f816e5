/** What to do where a sandbox can't be built on this machine. */
import { readFile } from 'node:fs/promises';
import type { MissingTools } from './find-tools.ts';

export function howToInstall({ missing, packages }: MissingTools): string {
  return `${missing.join(', ')} not found. Install with: sudo apt-get install -y ${packages.join(' ')} (or your distribution's packages of these names).`;
}

/** Reads the kernel settings that forbid user namespaces, which are the usual reason. */
export async function remediationFor(problem: string, root: boolean): Promise<string> {
  if (problem.includes('Unknown option'))
    return 'This bubblewrap is too old: install version 0.8 or later.';
  if (/almost full|\b(?:ENOSPC|EDQUOT)\b|no space left/i.test(problem))
    return 'Make room on that disk, or name a folder on another one with GATEHOUSE_STATE_DIR.';
  if ((await setting('kernel/apparmor_restrict_unprivileged_userns')) === '1')
    return 'AppArmor forbids user namespaces here (Ubuntu 23.10 and later): sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or load an AppArmor profile that grants userns to bwrap and unshare.';
  if ((await setting('kernel/unprivileged_userns_clone')) === '0')
    return 'The kernel forbids user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1';
  if ((await setting('user/max_user_namespaces')) === '0')
    return 'The kernel allows no user namespaces: sudo sysctl -w user.max_user_namespaces=15000';
  if (root)
    return 'Inside a container, give it CAP_SYS_ADMIN and a seccomp profile that allows mount and unshare (docker run --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined), or run Gatehouse as an ordinary user of the host.';
  return 'Inside a container, let it create user namespaces (docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined), or run Gatehouse on the host.';
}

const setting = (name: string) =>
  readFile(`/proc/sys/${name}`, 'utf8').then(
    text => text.trim(),
    () => null,
  );
