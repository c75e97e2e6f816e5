/** A check fails on a pull request of a person: it is turned green there, until that does not help. */
import { FILES } from '../../scenarios/environment.ts';
import { type Story, scriptsIn } from './story.ts';

export const ciFails: Story<{ pull: number; head: string; pushed: string; stopped: string }> = {
  env: scriptsIn('remedies'),
  files: {
    ...FILES,
    '.github/gatehouse.yml': `${FILES['.github/gatehouse.yml']}  pulls: true\n`,
  },
  async play({ environment: { github, users }, scenario, chapter }) {
    const { repository, mona } = scenario;
    await chapter('1. Mona opens a pull request of her own');
    const head = await github.push(repository, {
      branch: 'topic',
      changes: { 'sum.js': 'export const sum = (a, b) => a + b;\n' },
      message: 'Add',
      author: users.mona,
    });
    const opened = { title: 'It adds', body: 'At last.', head: 'topic', base: 'main' };
    const { number } = await mona.request('POST', '/pulls', opened);

    await chapter('2. Its check `docs` fails; the remediator is given the log of that job');
    const fails = (headSha: string) =>
      github.reportCheckRun(repository, {
        name: 'docs',
        headSha,
        conclusion: 'failure',
        log: 'CI.md is missing\n',
      });
    await fails(head);
    const { worksOn } = await scenario.when('the end', v => v.status === 'success');
    const pushed = worksOn?.pushed;
    if (!pushed) throw new Error('nothing was pushed to the pull request');

    await chapter('3. It fails again with the same output: the work stops, and says so');
    await fails(pushed);
    const stopped = await scenario.said(
      number,
      /I stopped working here on what failing checks and calls ask for/,
    );
    return { pull: number, head, pushed, stopped };
  },
};
