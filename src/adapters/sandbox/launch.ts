/** From a spec to a running sandbox: checks, one command, and the handshake that starts it. */
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { AGENT_UID, type SandboxProcess, type SandboxSpec } from '../../engine/ports/sandbox.ts';
import { type BwrapArguments, bwrapArguments } from './bwrap-arguments.ts';
import { makeGroups, type Parent, removeGroups } from './cgroups.ts';
import { checkSpec } from './check-spec.ts';
import { assertRoom } from './disk.ts';
import { ENTER_SCRIPT, GO, limited, READY } from './enter.ts';
import type { Tool, Tools } from './find-tools.ts';
import { AS_AGENT, giveGateway, giveWorkTree } from './give-to-agent.ts';
import { blanks } from './inherited.ts';
import { watchMemory } from './memory.ts';
import { createMountSetup, joining, MOUNT_SCRIPT, written } from './mount-setup.ts';
import { seccompProgram } from './seccomp.ts';
import { spawnWith } from './spawn-with.ts';
import { aliveSince, type Init, watch } from './watch.ts';

/** Descriptors that bubblewrap reads and writes; `READY` and `GO` are between them. */
const ARGS = 3;
const INFO = 6;
const SECCOMP = 7;
const FIRST_DATA = 8;
/** Where unpacked tools stand inside. */
const TOOLS_INSIDE = '/run/tools';
/** More than the slowest machine needs to build the walls. */
const START_MS = 30_000;

/** What was found out about this machine. */
export type Host = {
  tools: Tools;
  root: boolean;
  /** Descriptors that must not be passed on. */
  inherited: number[];
  /** Where control groups can be made. */
  parents: Parent[];
};

export async function launch(
  { tools, root, inherited, parents }: Host,
  spec: SandboxSpec,
): Promise<SandboxProcess> {
  const { workTree, limits, gateway, home } = spec;
  await checkSpec(spec, root);
  await assertRoom(written(workTree));
  if (root) await giveWorkTree(written(workTree));
  if (root && home !== null) await giveWorkTree(home.from);
  if (root && gateway !== null) await giveGateway(gateway.folder);

  const stage = createMountSetup(root ? `${AGENT_UID}:${AGENT_UID}` : '0:0');
  const { unpacked } = tools;
  const toolsFolder = unpacked === null ? '' : stage.bind(unpacked.folder);
  const libraries = (folder: string) =>
    (unpacked?.libraries ?? []).map(path => join(folder, path)).join(':');
  const binds = spec.binds.map(({ from, to }) => ({ from: stage.bind(from), to }));
  if (unpacked !== null) binds.push({ from: toolsFolder, to: TOOLS_INSIDE });
  const walls = await bwrapArguments(
    spec,
    {
      workTree: stage.workTree(workTree, spec.readOnly, limits.tmpBytes),
      throwaway: workTree.kind === 'overlay',
      binds,
      home: home && { from: stage.bind(home.from), to: home.to },
      gateway: gateway === null ? null : stage.bind(gateway.folder),
    },
    { seccomp: SECCOMP, info: INFO, firstData: FIRST_DATA },
  );

  const place = (tool: Tool, folder: string) =>
    tool.unpacked ? join(folder, tool.path) : tool.path;
  const inside = [
    ...['/bin/sh', '-c', ENTER_SCRIPT, 'enter', gateway === null ? 'wall' : 'door'],
    ...[libraries(TOOLS_INSIDE), place(tools.socat, TOOLS_INSIDE)],
    ...limited(place(tools.prlimit, TOOLS_INSIDE), limits, spec.argv),
  ];
  const groups = await makeGroups(parents, limits);
  // Each becomes the next by exec: our child is bubblewrap itself in the end.
  const command = [
    ...[tools.unshare.path, root ? '-m' : '-Urm', '/bin/sh', '-c', MOUNT_SCRIPT, 'stage'],
    ...[...joining(groups), ...stage.steps(), '--'],
    ...(root ? [tools.setpriv.path, ...AS_AGENT] : []),
    ...(unpacked === null ? [] : ['env', `LD_LIBRARY_PATH=${libraries(toolsFolder)}`]),
    ...[place(tools.bwrap, toolsFolder), '--args', String(ARGS), '--', ...inside],
  ];
  try {
    const { init, ...running } = await open(command, walls, inherited, spec);
    const grouped = parents.some(parent => parent.memory !== null);
    const memory = grouped ? null : watchMemory(init.pid, limits.memoryBytes);
    const done = running.done.finally(() => {
      memory?.stop();
      return removeGroups(groups);
    });
    return { ...running, done };
  } catch (error) {
    await removeGroups(groups);
    throw error;
  }
}

/** Starts it, and returns only when the walls stand and the agent may go. */
async function open(
  command: string[],
  walls: BwrapArguments,
  inherited: number[],
  spec: SandboxSpec,
): Promise<SandboxProcess & { init: Init }> {
  const child = spawnWith(command, [
    ...(['pipe', 'pipe', 'pipe'] as const),
    Buffer.from(walls.args.map(arg => `${arg}\0`).join('')),
    ...(['pipe', 'pipe', 'pipe'] as const),
    seccompProgram(process.arch),
    ...walls.data.map(content => Buffer.from(content)),
    ...blanks(FIRST_DATA + walls.data.length, inherited),
  ]);
  const slow = setTimeout(() => child.kill('SIGKILL'), START_MS);
  let complaint = '';
  const listen = (chunk: Buffer) => {
    complaint += chunk.toString();
  };
  child.stderr.on('data', listen);
  const [init, ready] = await Promise.all([
    until(child.stdio[INFO] as Readable, /"child-pid": (\d+)/),
    until(child.stdio[READY] as Readable, /(ready)\n/),
  ]);
  clearTimeout(slow);
  child.stderr.off('data', listen);
  const go = child.stdio[GO] as Writable;
  if (init === null || ready === null) {
    go.end();
    const { problem } = await child;
    const said = complaint.trim() || problem;
    throw new Error(`The sandbox can't be built: ${said || 'no reason was given'}`);
  }
  const first: Init = { pid: Number(init), since: (await aliveSince(Number(init))) ?? '' };
  const running = watch(child, first, spec.limits, written(spec.workTree), spec.signal);
  // Without the word it ends by itself: nothing has run.
  go.end(spec.signal.aborted ? '' : 'go\n');
  if (spec.stdin !== null && typeof spec.stdin === 'object') child.stdin.write(spec.stdin.first);
  else child.stdin.end(spec.stdin ?? '');
  return { ...running, init: first };
}

/** Reads until the pattern is there and returns its first group; `null` where the stream ends before. */
async function until(stream: Readable, pattern: RegExp): Promise<string | null> {
  let seen = '';
  const found = await new Promise<string | null>(resolve => {
    stream.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      const match = pattern.exec(seen);
      if (match !== null) resolve(match[1] ?? '');
    });
    stream.on('end', () => resolve(null));
    stream.on('close', () => resolve(null));
    stream.on('error', () => resolve(null));
  });
  return found;
}
