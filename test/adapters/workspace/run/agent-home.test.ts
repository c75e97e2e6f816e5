/** What an agent keeps between two parts of its run: its plain files, and nothing that is unsafe to read. */
import { chmod, mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import {
  HOME_LIMIT,
  keepHome,
  restoreHome,
} from '../../../../src/adapters/workspace/run/agent-home.ts';
import { temporaryFolder } from '../../sandbox/temporary-folder.ts';

async function home(): Promise<string> {
  const folder = join(await temporaryFolder(), 'home');
  await restoreHome(folder, null);
  return folder;
}
const filesOf = (kept: Buffer | null) => JSON.parse(kept?.toString() ?? '{}');

it('comes back byte for byte', async () => {
  const from = await home();
  await mkdir(join(from, '2026/11'), { recursive: true });
  const bytes = Buffer.from([0, 255, 10, 13, 0]);
  await writeFile(join(from, '2026/11/rollout.jsonl'), bytes);
  await writeFile(join(from, 'é.txt'), '');
  const kept = await keepHome(from);
  const to = join(await temporaryFolder(), 'home');
  await restoreHome(to, kept);
  expect(await readFile(join(to, '2026/11/rollout.jsonl'))).toEqual(bytes);
  expect(await readFile(join(to, 'é.txt'), 'utf8')).toBe('');
  // The same files are the same bytes, so that they have the same digest.
  expect(await keepHome(to)).toEqual(kept);
});

it('is nothing where nothing was kept', async () => {
  expect(await keepHome(await home())).toBeNull();
});

it('has no links, pipes or names that are no text in it, and follows none', async () => {
  const from = await home();
  const outside = join(await temporaryFolder(), 'secret');
  await writeFile(outside, 'ours');
  await symlink(outside, join(from, 'link'));
  await symlink('/etc', join(from, 'folder'));
  await execa('mkfifo', [join(from, 'pipe')]);
  await writeFile(Buffer.concat([Buffer.from(`${from}/a`), Buffer.from([0xff])]), 'x');
  await writeFile(join(from, 'kept'), 'x');
  expect(Object.keys(filesOf(await keepHome(from)))).toEqual(['kept']);
});

it('is read whatever modes it was given', async () => {
  const from = await home();
  await mkdir(join(from, 'closed'));
  await writeFile(join(from, 'closed/file'), 'x');
  await chmod(join(from, 'closed/file'), 0);
  await chmod(join(from, 'closed'), 0);
  expect(Object.keys(filesOf(await keepHome(from)))).toEqual(['closed/file']);
});

it('is refused where it is more than a session needs', async () => {
  const large = await home();
  await writeFile(join(large, 'hole'), '');
  await truncate(join(large, 'hole'), HOME_LIMIT.bytes + 1);
  await expect(keepHome(large)).rejects.toThrow(`more than ${HOME_LIMIT.bytes} bytes`);
  const deep = await home();
  await mkdir(join(deep, ...Array.from({ length: HOME_LIMIT.depth + 1 }, () => 'd')), {
    recursive: true,
  });
  await expect(keepHome(deep)).rejects.toThrow('nested folders');
  const many = await home();
  const names = Array.from({ length: HOME_LIMIT.files + 1 }, (_, n) => `f${n}`);
  await Promise.all(names.map(name => writeFile(join(many, name), '')));
  await expect(keepHome(many)).rejects.toThrow(`more than ${HOME_LIMIT.files} files`);
});

it.each(['../x', '/x', 'a/../../x', 'a//x', '.'])('lays no file at %j', async path => {
  const folder = join(await temporaryFolder(), 'home');
  const forged = Buffer.from(JSON.stringify({ [path]: '' }));
  await expect(restoreHome(folder, forged)).rejects.toThrow(
    "can't be the path of a file in an agent's home",
  );
});
