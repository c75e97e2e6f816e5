/** What a prepared sandbox is told, to become the one of a spec. */
import { AGENT_UID, type SandboxSpec } from '../../engine/ports/sandbox.ts';
import { bwrapArguments, OWN_FILES } from './bwrap-arguments.ts';
import { entryVariables, withOddNames } from './entry-script.ts';
import type { Mask } from './masks.ts';
import { createMountSetup, STAGED_TOOLS } from './mount-setup.ts';
import {
  FIRST_DATA_FD,
  INFO_FD,
  libraries,
  pathOf,
  type SandboxHost,
  SECCOMP_FD,
} from './prepare.ts';

/** The folder of unpacked tools inside the sandbox. */
const TOOLS_INSIDE = '/run/tools';

export type Orders = {
  /** The lines that its setup script reads. */
  mounts: string;
  /** Bubblewrap's arguments, and what it reads from its descriptors. */
  args: string;
  data: string[];
};

/** `files`: for how many files of the home it has descriptors. */
export function ordersFor(
  { tools, root }: Pick<SandboxHost, 'tools' | 'root'>,
  spec: SandboxSpec,
  { masks, files }: { masks: Mask[]; files: number },
): Orders {
  const { workTree, limits, gateway, home } = spec;
  const mountSetup = createMountSetup(root ? `${AGENT_UID}:${AGENT_UID}` : '0:0');
  const binds = spec.binds.map(({ from, to }) => ({ from: mountSetup.bind(from), to }));
  if (tools.unpacked !== null) binds.push({ from: STAGED_TOOLS, to: TOOLS_INSIDE });
  const empty = masks.length === 0 ? null : mountSetup.empty();
  const entry = [
    gateway === null ? 'isolated' : 'gateway',
    ...[libraries(tools, TOOLS_INSIDE), pathOf(tools.socat, TOOLS_INSIDE)],
    ...[String(limits.processes), ...withOddNames(spec.env, spec.argv)],
  ];
  const { args, data } = bwrapArguments(
    { ...spec, env: { ...spec.env, ...entryVariables(entry) } },
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
  // Bubblewrap reads and closes what is left of the descriptors: into files that its `/tmp` covers.
  while (data.length < OWN_FILES.length + files)
    args.unshift('--file', String(FIRST_DATA_FD + data.push('') - 1), `/tmp/${data.length}`);
  return { mounts: mountSetup.lines(), args: args.map(arg => `${arg}\0`).join(''), data };
}
