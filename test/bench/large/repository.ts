/** A repository of which nine tenths are history, made at once. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';

const FILE_BYTES = 24_000;
const CHANGED_BY_A_COMMIT = 3;

const ENV = { PATH: process.env.PATH ?? '/usr/bin:/bin', GIT_CONFIG_GLOBAL: '/dev/null' };

/** Makes the bare repository of about `bytes` bytes; returns its newest commit. */
export async function makeRepository(path: string, bytes: number): Promise<string> {
  await run('git', ['init', '-q', '--bare', '-b', 'main', path]);
  for (const setting of ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant'])
    await run('git', ['--git-dir', path, 'config', setting, 'true']);
  const files = Math.ceil(bytes / 10 / FILE_BYTES);
  const commits = Math.ceil((files * 9) / CHANGED_BY_A_COMMIT);
  const importing = spawn('git', ['--git-dir', path, 'fast-import', '--quiet'], {
    env: ENV,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(importing, 'exit');
  const write = async (part: string | Buffer) => {
    if (!importing.stdin.write(part)) await once(importing.stdin, 'drain');
  };
  for (let commit = 0; commit <= commits; commit += 1) {
    const at = 1_700_000_000 + commit;
    await write(`commit refs/heads/main\ncommitter Ada <ada@example.com> ${at} +0000\ndata 1\nx\n`);
    const changed = commit === 0 ? files : CHANGED_BY_A_COMMIT;
    for (let n = 0; n < changed; n += 1) {
      const file = (commit * CHANGED_BY_A_COMMIT + n) % files;
      await write(`M 100644 inline src/${file % 40}/${file}.bin\ndata ${FILE_BYTES}\n`);
      await write(randomBytes(FILE_BYTES));
      await write('\n');
    }
  }
  importing.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  return run('git', ['--git-dir', path, 'rev-parse', 'main']);
}

async function run(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { env: ENV, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed: Buffer[] = await Array.fromAsync(child.stdout);
  if (child.exitCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${child.exitCode}`);
  return Buffer.concat(printed).toString().trim();
}
