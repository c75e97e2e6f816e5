/** Whether an agent's CLI is there, and in a version that is accepted. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AgentProbe } from '../../engine/ports/agent.ts';
import { type CliPackage, isAccepted } from './install.ts';

const run = promisify(execFile);

/** Kilo needs more than a second of a processor's time to start, which is long on a busy machine. */
const MOST_MS = 60_000;

/**
 * What a program prints of its version: the first number with dots in it. It gets an empty home, because
 * some make folders there at every start, and the user's own is none of our business. `before`: arguments
 * before the one that asks for it.
 */
export async function printedVersion(
  binary: string,
  {
    before = [],
    env = {},
    mostMs = MOST_MS,
  }: { before?: readonly string[]; env?: Record<string, string>; mostMs?: number } = {},
): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-probe-'));
  try {
    const { stdout } = await run(binary, [...before, '--version'], {
      env: { HOME: home, TMPDIR: home, ...env },
      timeout: mostMs,
      killSignal: 'SIGKILL',
    });
    return /\d{1,9}(?:\.\d{1,9}){1,3}/.exec(stdout)?.[0] ?? stdout.trim().slice(0, 60);
  } catch (error) {
    if (error instanceof Error && 'killed' in error && error.killed)
      throw new Error(`it told no version within ${mostMs / 1_000} s`);
    throw error;
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}

/** `who`: the CLI's name, for people. `read`: its version; throws where it is not there or does not start. */
export async function probeVersion(of: {
  adapter: string;
  who: string;
  cli: Pick<CliPackage, 'version' | 'oldest'>;
  read(): Promise<string>;
}): Promise<AgentProbe> {
  const { adapter, who, cli, read } = of;
  const remediation = `gatehouse agents install ${adapter}`;
  try {
    const version = await read();
    if (isAccepted(version, cli)) return { ok: true, version };
    const wanted = cli.oldest === cli.version ? cli.version : `${cli.oldest} to ${cli.version}`;
    return { ok: false, problem: `${who} is ${version}, not ${wanted}.`, remediation };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { ok: false, problem: `${who} does not start: ${why}.`, remediation };
  }
}
