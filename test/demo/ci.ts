/** The repository's own CI: it checks out a head and runs the `docs` check, for real. */
import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Environment } from './environment.ts';

const CHECK = 'docs';
const INSTALL = [
  'ci',
  '--omit=dev',
  '--ignore-scripts',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
];

export type Ci = {
  /** Reports the check of this head as running. */
  begin(head: string): Promise<void>;
  /** Runs it and reports how it went. */
  finish(head: string): Promise<'success' | 'failure'>;
};

/** Installs what the check needs while other things happen: no head changes the lockfile's packages. */
export function startCi({ github, repository, home, users }: Environment): Ci {
  const checkout = async (head: string) => {
    const folder = await mkdtemp(join(home, 'ci/'));
    const git = (...args: string[]) => execa('git', ['-C', folder, ...args]);
    await git('init', '--quiet');
    const url = github.cloneUrl(repository, users.mona.token);
    await git('fetch', '--quiet', '--depth', '1', url, head);
    await git('checkout', '--quiet', 'FETCH_HEAD');
    return folder;
  };
  const installed = checkout(repository.defaultBranch).then(async folder => {
    await execa('npm', INSTALL, { cwd: folder });
    return join(folder, 'node_modules');
  });
  // It is awaited where it is needed; until then a failure must not end the process.
  installed.catch(() => {});
  return {
    async begin(head) {
      await github.reportCheckRun(repository, {
        name: CHECK,
        headSha: head,
        status: 'in_progress',
      });
    },
    async finish(head) {
      const folder = await checkout(head);
      await cp(await installed, join(folder, 'node_modules'), { recursive: true });
      const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      const ran = await execa('npm', ['run', CHECK], { cwd: folder, reject: false, all: true });
      const conclusion = ran.exitCode === 0 ? 'success' : 'failure';
      await github.reportCheckRun(repository, {
        name: CHECK,
        headSha: head,
        status: 'completed',
        conclusion,
        log: `$ ${scripts[CHECK]}\n${ran.all}`,
      });
      return conclusion;
    },
  };
}
