/**
 * Prepares a sandbox: what is alike for all of them. Its control groups are made, its mount namespace has
 * its staging folder, and bubblewrap has been started, with root's rights dropped, and waits for its
 * arguments. Nothing of an agent's is there yet. Where Gatehouse dies meanwhile, its pipes end: bubblewrap
 * then finds no root file system that has a program.
 */
import { join } from 'node:path';
import { SETPRIV_ARGUMENTS } from './agent-ownership.ts';
import { OWN_FILES } from './bwrap-arguments.ts';
import { type CgroupParent, type ControlGroup, makeGroups, removeGroups } from './cgroups.ts';
import { ENTRY_SCRIPT, GO_FD, READY_FD } from './entry-script.ts';
import type { Tool, Tools } from './find-tools.ts';
import { maskInherited } from './inherited-descriptors.ts';
import { STAGED_TOOLS, setupArguments, setupScript } from './mount-setup.ts';
import { seccompProgram } from './seccomp.ts';
import { type SandboxChild, spawnWithDescriptors } from './spawn-with-descriptors.ts';

/** Descriptors that bubblewrap reads and writes; 4 and 5 are `READY_FD` and `GO_FD`. */
export const ARGS_FD = 3;
export const INFO_FD = 6;
export const SECCOMP_FD = 7;
export const FIRST_DATA_FD = 8;

/** What was found out about this machine when Gatehouse started. */
export type SandboxHost = {
  tools: Tools;
  root: boolean;
  /** Descriptors that a child must not inherit. */
  inherited: number[];
  /** Groups in which control groups can be created. */
  parents: CgroupParent[];
};

export type PreparedSandbox = {
  child: SandboxChild;
  groups: ControlGroup[];
};

/** Files in the home that the CLIs of agents have at most; what a spare sandbox has descriptors for. */
export const SPARE_FILES = 4;

/** `homeFiles`: how many files the home may have, each of which needs a descriptor. */
export function prepare(host: SandboxHost, homeFiles: number): PreparedSandbox {
  const { tools, root, inherited, parents } = host;
  const { bwrap, unpacked } = tools;
  const groups = makeGroups(parents);
  const folders = groups.map(({ folder }) => folder);
  const data = OWN_FILES.length + homeFiles;
  // Each program replaces itself with the next by exec, so the child ends up being bubblewrap.
  const command = [
    ...[tools.unshare.path, root ? '-m' : '-Urm', '/bin/sh', '-c'],
    ...[setupScript({ says: READY_FD, reads: GO_FD }), 'setup'],
    ...[...setupArguments(folders, unpacked?.folder ?? null), '--'],
    ...(root ? [tools.setpriv.path, ...SETPRIV_ARGUMENTS] : []),
    ...(unpacked === null ? [] : ['env', `LD_LIBRARY_PATH=${libraries(tools, STAGED_TOOLS)}`]),
    ...[pathOf(bwrap, STAGED_TOOLS), '--args', String(ARGS_FD)],
    ...['--', '/bin/sh', '-c', ENTRY_SCRIPT, 'enter'],
  ];
  try {
    const child = spawnWithDescriptors(command, [
      ...(['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'] as const),
      seccompProgram(process.arch),
      ...new Array<'pipe'>(data).fill('pipe'),
      ...maskInherited(FIRST_DATA_FD + data, inherited),
    ]);
    return { child, groups };
  } catch (error) {
    void removeGroups(groups);
    throw error;
  }
}

/** Ends one in which no agent has run, and waits until nothing is left of it. */
export async function discard({ child, groups }: PreparedSandbox): Promise<void> {
  child.kill('SIGKILL');
  // The shell that waits for mounts ends with what it reads.
  for (const stream of child.stdio) stream?.destroy();
  await child;
  await removeGroups(groups);
}

export const pathOf = (tool: Tool, folder: string): string =>
  tool.unpacked ? join(folder, tool.path) : tool.path;

/** The path on which unpacked tools find their libraries. */
export const libraries = ({ unpacked }: Tools, folder: string): string =>
  (unpacked?.libraries ?? []).map(path => join(folder, path)).join(':');
