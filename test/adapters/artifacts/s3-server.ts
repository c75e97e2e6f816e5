/** An S3 server of a test's own, on loopback or the given address, with its objects in a folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BucketSettings } from '../../../src/adapters/artifacts/bucket.ts';

export type S3Server = { settings: BucketSettings; stop(): Promise<void> };

/** `front`: what the process is started through, such as a network namespace. */
export async function startS3({
  host = '127.0.0.1',
  front = [] as string[],
} = {}): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-s3-'));
  const [file = '', ...args] = [
    ...front,
    // It ends with us, however we end.
    ...['setpriv', '--pdeathsig', 'KILL', '--', process.execPath],
    // The tokens of its listings are made with a cipher that has gone out of use.
    '--openssl-legacy-provider',
    ...[join(import.meta.dirname, 's3-process.ts'), folder, host],
  ];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const [port] = await Promise.race([
    once(child.stdout, 'data'),
    gone.then(([code]) => Promise.reject(new Error(`the S3 server ended with ${code}`))),
  ]);
  return {
    settings: {
      endpoint: `http://${host}:${String(port).trim()}`,
      region: 'us-east-1',
      bucket: 'artifacts',
      prefix: 'gatehouse/',
      // The one account that it knows; signatures are checked.
      keyId: 'S3RVER',
      secret: 'S3RVER',
    },
    async stop() {
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true });
    },
  };
}
