/** A tree of so many files that several processes of git write them is checked out as one of few files is. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  checkOut,
  filesPath,
  gitPath,
  indexPath,
} from '../../../../src/adapters/workspace/checkout/checkout.ts';
import { git } from '../../../../src/adapters/workspace/git/git.ts';
import { CONTENT_LIMITS } from '../../../../src/adapters/workspace/git/git-limits.ts';
import { temporaryFolder } from '../../sandbox/temporary-folder.ts';

const FILES = 240;
const QUOTA = { bytes: 1_000_000, files: 1_000 };

test('hundreds of files have their contents, modes and links, and git finds nothing changed', async () => {
  const from = await temporaryFolder();
  const inFrom = (...args: string[]) =>
    execFileSync('git', ['-c', 'core.autocrlf=false', ...args], { cwd: from, encoding: 'utf8' });
  inFrom('init', '-q');
  writeFileSync(join(from, '.gitattributes'), '*.bat text eol=crlf\n');
  for (let n = 0; n < FILES; n += 1) {
    writeFileSync(join(from, `${n}.txt`), `file ${n}\n`);
    writeFileSync(join(from, `${n}.bat`), `echo ${n}\n`);
    if (n % 7 === 0) chmodSync(join(from, `${n}.txt`), 0o755);
    if (n % 11 === 0) symlinkSync(`${n}.txt`, join(from, `${n}.link`));
  }
  inFrom('add', '.');
  const sha = inFrom('write-tree').trim();
  const path = join(await temporaryFolder(), 'checkout');
  await checkOut(join(from, '.git'), { sha, pack: null }, path, {
    quota: QUOTA,
    limits: CONTENT_LIMITS,
  });

  const at = (name: string) => join(filesPath(path), name);
  for (let n = 0; n < FILES; n += 1) {
    expect(readFileSync(at(`${n}.txt`), 'utf8')).toBe(`file ${n}\n`);
    expect(readFileSync(at(`${n}.bat`), 'utf8')).toBe(`echo ${n}\r\n`);
    expect((lstatSync(at(`${n}.txt`)).mode & 0o111) > 0).toBe(n % 7 === 0);
    if (n % 11 === 0) expect(readlinkSync(at(`${n}.link`))).toBe(`${n}.txt`);
  }
  const files = { dir: gitPath(path), index: indexPath(path), workTree: filesPath(path) };
  expect((await git(['status', '--porcelain', '-uall'], files)).toString()).toMatch(
    /^(?:A .*\n)*$/,
  );
});
