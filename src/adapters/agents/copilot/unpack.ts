/** Copilot's program holds its parts packed, and unpacks them where it is started first. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST_MS = 60_000;

/** It does so once in a folder, and as a whole: a folder that another process unpacks into is complete after both. */
export async function unpack(binary: string, folder: string): Promise<void> {
  await run(binary, ['--version'], {
    env: { COPILOT_CACHE_HOME: folder, HOME: folder },
    timeout: MOST_MS,
    killSignal: 'SIGKILL',
  });
}
