/** Runs a command in a real sandbox and returns its output and end, for tests. */
import { tmpdir } from 'node:os';
import { createSandbox } from '../../../src/adapters/sandbox/sandbox.ts';
import type { Limits, SandboxEnd, SandboxSpec } from '../../../src/engine/ports/sandbox.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const LIMITS: Limits = {
  // No test runs for as long: only what hangs is ended by it.
  wallMs: 240_000,
  outputBytes: 1_000_000,
  memoryBytes: 1_000_000_000,
  processes: 200,
  tmpBytes: 10_000_000,
};

/** A spec for a shell script in an empty folder of its own. */
export async function specFor(
  script: string,
  changes: Partial<SandboxSpec> = {},
): Promise<SandboxSpec> {
  const path = await temporaryFolder();
  return {
    argv: ['/bin/sh', '-c', script],
    env: { PATH: '/usr/bin:/bin' },
    workTree: { kind: 'folder', path },
    directory: '',
    readOnly: false,
    masks: [],
    binds: [],
    homeFiles: {},
    home: null,
    gateway: null,
    stdin: null,
    limits: LIMITS,
    signal: new AbortController().signal,
    ...changes,
  };
}

export type Ended = SandboxEnd & { stdout: string; stderr: string };

export async function run(spec: SandboxSpec): Promise<Ended> {
  const sandbox = await createSandbox({ stateDir: tmpdir() });
  const running = await sandbox.start(spec);
  const text = { stdout: '', stderr: '' };
  for await (const { stream, chunk } of running.output) text[stream] += chunk.toString();
  return { ...(await running.done), ...text };
}

export const runInside = async (script: string, changes: Partial<SandboxSpec> = {}) =>
  run(await specFor(script, changes));
