/** A redis-server for the tests: the system's, or Debian's unpacked beside the project. */
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { arch } from 'node:process';
import { unpackDebian } from '../../debian.ts';

export type RedisProgram = { file: string; libraries: string };

/** Of Debian's packages the one with the program, which also is the server by that name. */
const PACKAGE = 'redis-tools';
const PROGRAM = 'usr/bin/redis-check-rdb';
const LIBRARIES = arch === 'arm64' ? 'usr/lib/aarch64-linux-gnu' : 'usr/lib/x86_64-linux-gnu';

export async function findRedis(): Promise<RedisProgram> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'redis-server');
    if (await exists(file)) return { file, libraries: '' };
  }
  const otherwise = 'these tests need redis-server 7 on PATH: install your system’s Redis';
  const unpacked = await unpackDebian(PACKAGE, PROGRAM, otherwise);
  return { file: join(unpacked, PROGRAM), libraries: join(unpacked, LIBRARIES) };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
