/** Runs a shell script in a real sandbox until its end. */
import type { Sandbox, SandboxSpec } from '../../../src/engine/ports/sandbox.ts';

export const LIMITS = {
  wallMs: 20_000,
  outputBytes: 1_000_000,
  memoryBytes: 1_000_000_000,
  processes: 200,
  tmpBytes: 10_000_000,
};

/** More files of the home than a spare sandbox has descriptors for: such a one is prepared when it is wanted. */
export const FILES_OF_NO_SPARE = { a: '', b: '', c: '', d: '', e: '' };

type Place = Pick<SandboxSpec, 'workTree' | 'binds'> & { homeFiles?: Record<string, string> };

export async function inSandbox(
  sandbox: Sandbox,
  script: string,
  { homeFiles = {}, ...place }: Place,
): Promise<void> {
  const running = await sandbox.start({
    argv: ['/bin/sh', '-c', script],
    env: { PATH: '/usr/bin:/bin' },
    ...place,
    directory: '',
    readOnly: false,
    masks: [],
    homeFiles,
    home: null,
    gateway: null,
    stdin: null,
    limits: LIMITS,
    signal: new AbortController().signal,
  });
  let said = '';
  for await (const { chunk } of running.output) said += chunk.toString();
  const { exitCode, by } = await running.done;
  if (exitCode !== 0) throw new Error(`in the sandbox: ${by}, exit code ${exitCode}: ${said}`);
}
