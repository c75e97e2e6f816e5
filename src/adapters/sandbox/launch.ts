/** Starts a sandbox from its spec: checks, one command line, and the handshake with the sandbox. */
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import {
  AGENT_UID,
  SANDBOX_HOME,
  SANDBOX_WORK,
  type SandboxEnd,
  type SandboxProcess,
  type SandboxSpec,
} from '../../engine/ports/sandbox.ts';
import { writableFolder } from '../../engine/ports/workspace.ts';
import { chownGateway, chownUnlessOwned, SETPRIV_ARGUMENTS } from './agent-ownership.ts';
import { bwrapArguments } from './bwrap-arguments.ts';
import { type CgroupParent, killedForMemory, makeGroups, removeGroups } from './cgroups.ts';
import { checkSpec } from './check-spec.ts';
import { ENTRY_SCRIPT, GO_FD, READY_FD, withOddNames } from './entry-script.ts';
import type { Tool, Tools } from './find-tools.ts';
import { assertFreeSpace } from './free-space.ts';
import { maskInherited } from './inherited-descriptors.ts';
import { layMasks, type Mask } from './masks.ts';
import { watchMemory } from './memory-limit.ts';
import { createMountSetup, joinGroups, MOUNT_SCRIPT } from './mount-setup.ts';
import { seccompProgram } from './seccomp.ts';
import { type SandboxChild, spawnWithDescriptors } from './spawn-with-descriptors.ts';
import { type InitProcess, type Supervised, startTimeOf, supervise } from './supervise.ts';
import { withUnnamedFile } from './unnamed-file.ts';

/** Descriptors that bubblewrap reads and writes; 4 and 5 are `READY_FD` and `GO_FD`, 8 is the list of mounts. */
const ARGS_FD = 3;
const INFO_FD = 6;
const SECCOMP_FD = 7;
const FIRST_DATA_FD = 9;
/** The folder of unpacked tools inside the sandbox. */
const TOOLS_INSIDE = '/run/tools';
/** The time to build a sandbox: more than the slowest machine needs. */
const START_TIMEOUT_MS = 30_000;

/** What was found out about this machine when Gatehouse started. */
type SandboxHost = {
  tools: Tools;
  root: boolean;
  /** Descriptors that a child must not inherit. */
  inherited: number[];
  /** Groups in which control groups can be created. */
  parents: CgroupParent[];
};

export async function launch(host: SandboxHost, spec: SandboxSpec): Promise<SandboxProcess> {
  const { root } = host;
  const { workTree, gateway, home } = spec;
  await checkSpec(spec, root);
  await assertFreeSpace(writableFolder(workTree));
  if (root) await chownUnlessOwned(writableFolder(workTree));
  if (root && home !== null) await chownUnlessOwned(home.from);
  if (root && gateway !== null) await chownGateway(gateway.folder);
  const masks = await layMasks(spec, root);
  try {
    const running = await startMasked(host, spec, masks.covered);
    return { ...running, done: running.done.finally(masks.remove) };
  } catch (error) {
    await masks.remove();
    throw error;
  }
}

async function startMasked(
  { tools, root, inherited, parents }: SandboxHost,
  spec: SandboxSpec,
  masks: Mask[],
): Promise<SandboxProcess> {
  const { workTree, limits, gateway, home } = spec;
  const mountSetup = createMountSetup(root ? `${AGENT_UID}:${AGENT_UID}` : '0:0');
  const { unpacked } = tools;
  const toolsFolder = unpacked === null ? '' : mountSetup.bind(unpacked.folder);
  const libraries = (folder: string) =>
    (unpacked?.libraries ?? []).map(path => join(folder, path)).join(':');
  const binds = spec.binds.map(({ from, to }) => ({ from: mountSetup.bind(from), to }));
  if (unpacked !== null) binds.push({ from: toolsFolder, to: TOOLS_INSIDE });
  const empty = masks.length === 0 ? null : mountSetup.empty();
  const bwrap = bwrapArguments(
    spec,
    {
      workTree: mountSetup.workTree(workTree, spec.readOnly, limits.tmpBytes),
      throwaway: workTree.kind === 'overlay',
      binds,
      home: home && { from: mountSetup.bind(home.from), to: home.to },
      masks: masks.flatMap(({ path, kind }) => (empty ? [{ from: empty[kind], path }] : [])),
      gateway: gateway === null ? null : mountSetup.bind(gateway.folder),
    },
    { seccomp: SECCOMP_FD, info: INFO_FD, firstData: FIRST_DATA_FD },
  );

  const pathOf = (tool: Tool, folder: string) =>
    tool.unpacked ? join(folder, tool.path) : tool.path;
  const commandInside = [
    ...['/bin/sh', '-c', ENTRY_SCRIPT, 'enter', gateway === null ? 'isolated' : 'gateway'],
    ...[libraries(TOOLS_INSIDE), pathOf(tools.socat, TOOLS_INSIDE), String(limits.processes)],
    ...withOddNames(spec.env, spec.argv),
  ];
  const groups = makeGroups(parents, limits);
  // Each program replaces itself with the next by exec, so the child ends up being bubblewrap.
  const command = [
    ...[tools.unshare.path, root ? '-m' : '-Urm', '/bin/sh', '-c', MOUNT_SCRIPT, 'mount-setup'],
    ...[...joinGroups(groups), ...mountSetup.scriptArguments(), '--'],
    ...(root ? [tools.setpriv.path, ...SETPRIV_ARGUMENTS] : []),
    ...(unpacked === null ? [] : ['env', `LD_LIBRARY_PATH=${libraries(toolsFolder)}`]),
    ...[pathOf(tools.bwrap, toolsFolder), '--args', String(ARGS_FD), '--', ...commandInside],
  ];
  try {
    const child = withUnnamedFile(mountSetup.mounts(), mounts =>
      spawnWithDescriptors(command, [
        ...(['pipe', 'pipe', 'pipe'] as const),
        Buffer.from(bwrap.args.map(arg => `${arg}\0`).join('')),
        ...(['pipe', 'pipe', 'pipe'] as const),
        ...[seccompProgram(process.arch), mounts],
        ...bwrap.data.map(content => Buffer.from(content)),
        ...maskInherited(FIRST_DATA_FD + bwrap.data.length, inherited),
      ]),
    );
    const { init, ...running } = await handOver(child, spec);
    const limitedByGroup = parents.some(parent => parent.memory !== null);
    const memoryWatch = limitedByGroup
      ? null
      : watchMemory(init.pid, limits.memoryBytes, filesInMemory(spec));
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
    await removeGroups(groups);
    throw error;
  }
}

/** Where inside files lie in memory; the paths as the sandbox sees them. */
function filesInMemory({ readOnly, workTree }: SandboxSpec): string[] {
  const throwaway = readOnly && workTree.kind === 'overlay';
  return ['/tmp', '/dev/shm', SANDBOX_HOME, ...(throwaway ? [SANDBOX_WORK] : [])];
}

/** Returns once the sandbox is built and the agent was allowed to start. */
async function handOver(
  child: SandboxChild,
  spec: SandboxSpec,
): Promise<Supervised & { init: InitProcess }> {
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  let stderr = '';
  const readStderr = (chunk: Buffer) => {
    stderr += chunk.toString();
  };
  child.stderr.on('data', readStderr);
  const [pid, ready] = await Promise.all([
    readUntil(child.stdio[INFO_FD] as Readable, /"child-pid": (\d+)/),
    readUntil(child.stdio[READY_FD] as Readable, /(ready)\n/),
  ]);
  clearTimeout(deadline);
  child.stderr.off('data', readStderr);
  const go = child.stdio[GO_FD] as Writable;
  if (pid === null || ready === null) {
    go.end();
    const { problem } = await child;
    const reason = stderr.trim() || problem || 'no program reported a reason';
    throw new Error(`The sandbox can't be built: ${reason}`);
  }
  const init: InitProcess = { pid: Number(pid), startTime: startTimeOf(Number(pid)) ?? '' };
  const running = supervise(child, init, spec);
  // Without "go" the entry script ends by itself, and the agent has not run.
  go.end(spec.signal.aborted ? '' : 'go\n');
  if (spec.stdin !== null && typeof spec.stdin === 'object') child.stdin.write(spec.stdin.first);
  else child.stdin.end(spec.stdin ?? '');
  return { ...running, init };
}

/** Reads until the pattern matches and returns its first group; `null` where the stream ends before. */
function readUntil(stream: Readable, pattern: RegExp): Promise<string | null> {
  let text = '';
  return new Promise<string | null>(resolve => {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match !== null) resolve(match[1] ?? '');
    });
    stream.on('end', () => resolve(null));
    stream.on('close', () => resolve(null));
    stream.on('error', () => resolve(null));
  });
}
