/** The row in which one machine's clock is an hour ahead or behind, and another's is right. */

import { join } from 'node:path';
import { arch } from 'node:process';
import { unpackDebian } from '../../debian.ts';
import { inEnvironment } from './environment.ts';
import type { Row } from './row.ts';
import { judge } from './verdict.ts';
import { walk } from './walk.ts';

const LIBRARY = `usr/lib/${arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`;

/** Preloaded into a process to change its clock; sandboxes do not get it. */
async function off(by: '+1h' | '-1h'): Promise<Record<string, string>> {
  const otherwise = 'this row needs libfaketime: it comes with Debian';
  const unpacked = await unpackDebian('libfaketime', LIBRARY, otherwise);
  return {
    LD_PRELOAD: join(unpacked, LIBRARY),
    FAKETIME: by,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_RESET: '1',
  };
}

const wrong = (name: string, by: '+1h' | '-1h'): Row => ({
  name,
  run: setting =>
    inEnvironment(setting, async environment => {
      // The first process runs the embedded database, with the right time.
      await environment.start('worker');
      await environment.start('serve', await off(by));
      const repository = await environment.repository();
      await walk(repository);
      await judge(environment, [repository]);
    }),
});

export const clock: Row[] = [
  wrong('a clock is an hour ahead', '+1h'),
  wrong('a clock is an hour behind', '-1h'),
];
