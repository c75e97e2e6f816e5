import { chmod, copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findTools, type Tools } from '../../../src/adapters/sandbox/find-tools.ts';
import { launch } from '../../../src/adapters/sandbox/launch.ts';
import { howToInstall, remediationFor } from '../../../src/adapters/sandbox/remediation.ts';
import { createSandbox } from '../../../src/adapters/sandbox/sandbox.ts';
import { specFor } from './run-inside.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('the probe builds a real sandbox, and leaves nothing', async () => {
  const stateDir = await temporaryFolder();
  const sandbox = await createSandbox({ stateDir });
  expect(await sandbox.probe()).toMatchObject({
    ok: true,
    description: expect.stringMatching(/^bubblewrap, .* trial \d+ ms$/),
  });
  expect(await readdir(stateDir)).toEqual([]);
});

test('what is missing is named, with the command that installs it', () => {
  expect(
    howToInstall({ missing: ['bwrap', 'setpriv'], packages: ['bubblewrap', 'util-linux'] }),
  ).toBe(
    "bwrap, setpriv not found. Install with: sudo apt-get install -y bubblewrap util-linux (or your distribution's packages of these names).",
  );
});

test('how a trial failed decides what to do about it', async () => {
  expect(await remediationFor('bwrap: Unknown option --disable-userns', false)).toContain('0.8');
  expect(await remediationFor('unshare: Operation not permitted', true)).toContain('container');
});

describe('tools unpacked beside the project', () => {
  const unpack = async () => {
    const toolsDir = await temporaryFolder();
    await chmod(toolsDir, 0o755);
    await mkdir(join(toolsDir, 'usr/bin'), { recursive: true });
    await mkdir(join(toolsDir, 'usr/lib/x86_64-linux-gnu'), { recursive: true });
    for (const name of ['bwrap', 'socat'])
      await copyFile(`/usr/bin/${name}`, join(toolsDir, 'usr/bin', name));
    return toolsDir;
  };
  /** As on a host that has neither of the two. */
  const unpackedOnly = async (toolsDir: string): Promise<Tools> => {
    const tools = await findTools(toolsDir);
    if ('missing' in tools) throw new Error(howToInstall(tools));
    return {
      ...tools,
      bwrap: { path: 'usr/bin/bwrap', unpacked: true },
      socat: { path: 'usr/bin/socat', unpacked: true },
      unpacked: { folder: toolsDir, libraries: ['usr/lib/x86_64-linux-gnu'] },
    };
  };

  test("are used where the system's are missing", async () => {
    const tools = await unpackedOnly(await unpack());
    const host = { tools, root: process.getuid?.() === 0, inherited: [], parents: [] };
    const running = await launch(host, await specFor('ls /run/tools/usr/bin'));
    let printed = '';
    for await (const { chunk } of running.output) printed += chunk.toString();
    expect(await running.done).toMatchObject({ exitCode: 0 });
    expect(printed).toBe('bwrap\nsocat\n');
  });

  test("are not used where the system's exist", async () => {
    expect(await findTools(await unpack())).toMatchObject({ unpacked: null });
  });

  test('that can not run keep the sandbox from starting', async () => {
    const tools = await unpackedOnly(await temporaryFolder());
    const host = { tools, root: process.getuid?.() === 0, inherited: [], parents: [] };
    await expect(launch(host, await specFor('true'))).rejects.toThrow(
      "The sandbox can't be built: env: ",
    );
  });
});
