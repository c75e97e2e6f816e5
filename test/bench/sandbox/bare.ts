/**
 * Bubblewrap by itself, in a small process as the process host is one: the arguments that a sandbox
 * gives it, and nothing before or after it.
 */
import type { Readable } from 'node:stream';
import { bwrapArguments } from '../../../src/adapters/sandbox/bwrap-arguments.ts';
import { findTools } from '../../../src/adapters/sandbox/find-tools.ts';
import { seccompProgram } from '../../../src/adapters/sandbox/seccomp.ts';
import { spawnWithDescriptors } from '../../../src/adapters/sandbox/spawn-with-descriptors.ts';
import { TOOLS_FOLDER } from '../../../src/config/folders.ts';
import { answerWith } from '../child.ts';
import { timed } from '../rounds.ts';
import { LIMITS } from './in-sandbox.ts';

const ARGS_FD = 3;
const INFO_FD = 4;
const SECCOMP_FD = 5;
const FIRST_DATA_FD = 6;

const tools = await findTools(TOOLS_FOLDER);

type Asked = { workTree: string; homeFiles: Record<string, string> };

/** Runs a shell that does nothing, with this work tree and home; answers with the milliseconds. */
answerWith<Asked>(async ({ workTree, homeFiles }) => {
  if ('missing' in tools) throw new Error(`not installed: ${tools.missing.join(', ')}`);
  const { bwrap, unpacked } = tools;
  const path = bwrap.unpacked && unpacked ? `${unpacked.folder}/${bwrap.path}` : bwrap.path;
  return timed(async () => {
    const { args, data } = bwrapArguments(
      {
        env: { PATH: '/usr/bin:/bin' },
        homeFiles,
        readOnly: false,
        limits: LIMITS,
        directory: '',
      },
      { workTree, throwaway: false, binds: [], masks: [], home: null, gateway: null },
      { seccomp: SECCOMP_FD, info: INFO_FD, firstData: FIRST_DATA_FD },
    );
    const child = spawnWithDescriptors(
      [path, '--args', String(ARGS_FD), '--', '/bin/sh', '-c', 'true'],
      [
        ...(['pipe', 'pipe', 'pipe'] as const),
        Buffer.from(args.map(arg => `${arg}\0`).join('')),
        'pipe',
        seccompProgram(process.arch),
        ...data.map(content => Buffer.from(content)),
      ],
    );
    child.stdin.end();
    let said = '';
    for (const stream of [child.stdout, child.stderr, child.stdio[INFO_FD] as Readable])
      stream.on('data', chunk => {
        said += chunk;
      });
    const { exitCode } = await child;
    if (exitCode !== 0) throw new Error(`bare bubblewrap ended with ${exitCode}: ${said}`);
  });
});
