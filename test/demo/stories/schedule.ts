/** What the default branch has done on a schedule: when it is due, once, and merged like everything else. */
import { AUTONOMOUS, NO_CI_TO_AWAIT } from '../../scenarios/environment.ts';
import { until } from '../until.ts';
import { type Story, scriptsIn } from './story.ts';

const CONFIG = `${NO_CI_TO_AWAIT['.github/gatehouse.yml']}schedule:
  nightly:
    cron: "0 3 * * *"
    timezone: Europe/Berlin
    command: fix
    title: Find out why it subtracts
`;

export const schedule: Story<{ task: string; note: string }> = {
  env: { ...AUTONOMOUS, ...scriptsIn('scripts') },
  files: NO_CI_TO_AWAIT,
  async play({ environment, scenario, chapter }) {
    const { github, users, gatehouse } = environment;
    const { repository } = scenario;
    const { schedules } = gatehouse.parts;
    const push = (config: string) =>
      github.push(repository, {
        branch: 'main',
        changes: { '.github/gatehouse.yml': config },
        message: 'Work each night',
        author: users.mona,
      });
    const kept = async () =>
      (await schedules.list()).find(all => all.repository.id === repository.id);

    await chapter('1. Mona pushes a schedule with a fault: nothing is kept');
    const head = await push(CONFIG.replace('0 3', '0 25'));
    await until('its fault to be shown', async () => {
      const { check_runs } = await scenario.mona.get(`/commits/${head}/check-runs`);
      return check_runs.some(({ conclusion }: { conclusion: string }) => conclusion === 'failure');
    });
    if (await kept()) throw new Error('a schedule with a fault was kept');

    await chapter('2. She mends it: each night at three in Berlin');
    await push(CONFIG);
    const row = await until('the schedule to be kept', kept);

    await chapter('3. The clock strikes three (here its time is moved to now)');
    await schedules.settle(row, { nextAt: new Date(), note: row.note ?? '' });
    const ended = await scenario.when('the end', v => v.status === 'success');
    const after = await until('the next time', async () => {
      const now = await kept();
      return now && now.nextAt.getTime() > Date.now() ? now : null;
    });
    return { task: ended.id, note: after.note ?? '' };
  },
};
