/** Starts a sandbox from its spec: checks, then one that was prepared becomes that of the spec. */
import {
  SANDBOX_HOME,
  SANDBOX_WORK,
  type SandboxEnd,
  type SandboxProcess,
  type SandboxSpec,
} from '../../engine/ports/sandbox.ts';
import { writableFolder } from '../../engine/ports/workspace.ts';
import { chownGateway, chownUnlessOwned } from './agent-ownership.ts';
import { killedForMemory, limitGroup, removeGroups } from './cgroups.ts';
import { checkSpec } from './check-spec.ts';
import { assertFreeSpace } from './free-space.ts';
import { handOver } from './hand-over.ts';
import { layMasks } from './masks.ts';
import { watchMemory } from './memory-limit.ts';
import { type Orders, ordersFor } from './orders.ts';
import {
  discard,
  type PreparedSandbox,
  prepare,
  type SandboxHost,
  SPARE_FILES,
} from './prepare.ts';
import type { Spare } from './spare.ts';

export async function launch(
  host: SandboxHost,
  spec: SandboxSpec,
  spare: Spare | null = null,
): Promise<SandboxProcess> {
  const { root } = host;
  const { workTree, gateway, home } = spec;
  await checkSpec(spec, root);
  await assertFreeSpace(writableFolder(workTree));
  if (root) await chownUnlessOwned(writableFolder(workTree));
  if (root && home !== null) await chownUnlessOwned(home.from);
  if (root && gateway !== null) await chownGateway(gateway.folder);
  const masks = await layMasks(spec, root);
  try {
    const files = Math.max(Object.keys(spec.homeFiles).length, SPARE_FILES);
    const orders = ordersFor(host, spec, { masks: masks.covered, files });
    const prepared = (files === SPARE_FILES ? spare?.take() : null) ?? prepare(host, files);
    const running = await startPrepared(prepared, spec, orders);
    return { ...running, done: running.done.finally(masks.remove) };
  } catch (error) {
    await masks.remove();
    throw error;
  }
}

async function startPrepared(
  prepared: PreparedSandbox,
  spec: SandboxSpec,
  orders: Orders,
): Promise<SandboxProcess> {
  const { groups } = prepared;
  try {
    for (const group of groups) limitGroup(group, spec.limits);
    const { init, ...running } = await handOver(prepared, spec, orders);
    const limitedByGroup = groups.some(({ parent }) => parent.memory !== null);
    const memoryWatch = limitedByGroup
      ? null
      : watchMemory(init.pid, spec.limits.memoryBytes, filesInMemory(spec));
    const ended = async (): Promise<SandboxEnd> => {
      try {
        const end = await running.done;
        return { ...end, outOfMemory: memoryWatch?.killed() ?? killedForMemory(groups) };
      } finally {
        memoryWatch?.stop();
        await removeGroups(groups);
      }
    };
    return { ...running, done: ended() };
  } catch (error) {
    await discard(prepared);
    throw error;
  }
}

/** Where inside files lie in memory; the paths as the sandbox sees them. */
function filesInMemory({ readOnly, workTree }: SandboxSpec): string[] {
  const throwaway = readOnly && workTree.kind === 'overlay';
  return ['/tmp', '/dev/shm', SANDBOX_HOME, ...(throwaway ? [SANDBOX_WORK] : [])];
}
