/** Asks a program for its version. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { AgentProbe } from '../../../engine/ports/agent.ts';

const run = promisify(execFile);

export async function probeVersion(
  binary: string,
  { who, version, remediation }: { who: string; version: string; remediation: string },
): Promise<AgentProbe> {
  try {
    const { stdout } = await run(binary, ['--version'], { env: {}, timeout: 20_000 });
    const found = stdout.trim();
    if (found === version) return { ok: true, version };
    return { ok: false, problem: `${who} is ${found}, not ${version}.`, remediation };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { ok: false, problem: `${who} does not start: ${why}.`, remediation };
  }
}
