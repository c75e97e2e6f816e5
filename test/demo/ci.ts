/** The repository's own CI: it checks out a head and runs the `docs` check, for real. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Stage } from './stage.ts';

const CHECK = 'docs';

/** Reports the check as running; `finish` runs it and reports how it went. */
export async function startCi({ github, repository, home, people }: Stage, head: string) {
  await github.reportCheckRun(repository, { name: CHECK, headSha: head, status: 'in_progress' });
  return {
    async finish(): Promise<'success' | 'failure'> {
      const folder = await mkdtemp(join(home, 'ci/'));
      const git = (...args: string[]) => execa('git', ['-C', folder, ...args]);
      await git('init', '--quiet');
      await git(
        'fetch',
        '--quiet',
        '--depth',
        '1',
        github.cloneUrl(repository, people.mona.token),
        head,
      );
      await git('checkout', '--quiet', 'FETCH_HEAD');
      await execa(
        'npm',
        ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
        { cwd: folder },
      );
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
