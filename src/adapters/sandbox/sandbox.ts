/**
 * The sandbox on Linux: bubblewrap, a system-call filter, limits, and the gateway's socket as the
 * only way out.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AGENT_UID,
  type Sandbox,
  type SandboxProbe,
  type SandboxProcess,
  type SandboxSpec,
} from '../../engine/ports/sandbox.ts';
import { findCgroupParents } from './cgroups.ts';
import { findTools } from './find-tools.ts';
import { findInheritedDescriptors } from './inherited-descriptors.ts';
import { launch } from './launch.ts';
import { prepare, SPARE_FILES } from './prepare.ts';
import { howToInstall, remediationFor } from './remediation.ts';
import { createSpare } from './spare.ts';

type PreparingSandbox = Sandbox & {
  /** Says that one will be wanted soon. */
  prepare(): void;
  /** Ends what was prepared and is not wanted any more. */
  end(): Promise<void>;
};

export async function createSandbox(options: {
  /** A folder of Gatehouse's own; only the probe writes there. */
  stateDir: string;
  /** Distribution packages unpacked beside the project, used where the system's are missing. */
  toolsDir?: string;
}): Promise<PreparingSandbox> {
  const tools = await findTools(options.toolsDir ?? null);
  const inherited = await findInheritedDescriptors();
  const parents = await findCgroupParents();
  const root = process.getuid?.() === 0;

  const host = 'missing' in tools ? null : { tools, root, inherited, parents };
  const spare = host && createSpare(() => prepare(host, SPARE_FILES));

  const start = async (spec: SandboxSpec): Promise<SandboxProcess> => {
    if ('missing' in tools) throw new Error(`No sandbox: ${howToInstall(tools)}`);
    return launch({ tools, root, inherited, parents }, spec, spare);
  };

  const probe = async (): Promise<SandboxProbe> => {
    if (process.platform !== 'linux')
      return {
        ok: false,
        problem: 'Sandboxes need Linux.',
        remediation: 'Run Gatehouse on Linux.',
      };
    if ('missing' in tools)
      return {
        ok: false,
        problem: `Not installed: ${tools.missing.join(', ')}.`,
        remediation: howToInstall(tools),
      };
    const folder = join(options.stateDir, `probe-${randomUUID()}`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const began = performance.now();
      const trial = await start({
        argv: ['/bin/sh', '-c', 'test ! -w / && test -w .'],
        env: {},
        homeFiles: {},
        workTree: { kind: 'folder', path: folder },
        directory: '',
        readOnly: false,
        masks: [],
        binds: [],
        home: null,
        gateway: null,
        stdin: null,
        signal: AbortSignal.timeout(10_000),
        limits: {
          wallMs: 10_000,
          outputBytes: 1e6,
          memoryBytes: 1e9,
          processes: 50,
          tmpBytes: 1e6,
        },
      });
      const { exitCode, by } = await trial.done;
      if (exitCode !== 0) throw new Error(`The trial ended by ${by} with exit code ${exitCode}.`);
      const ms = Math.round(performance.now() - began);
      const limits = parents.some(({ memory }) => memory !== null)
        ? 'limits by control group'
        : 'limits by process';
      const user = root ? `agents run as uid ${AGENT_UID}` : 'agents run as the user of Gatehouse';
      return {
        ok: true,
        description: `bubblewrap, ${user}; ${limits}; trial ${ms} ms`,
      };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { ok: false, problem, remediation: await remediationFor(problem, root) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  return {
    probe,
    start,
    prepare: () => spare?.fill(),
    end: async () => spare?.end(),
  };
}
