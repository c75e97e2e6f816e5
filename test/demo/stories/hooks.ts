/** What hooks do: an unknown endpoint is a fault; an agent and a command work beside a step; tasks follow, three in a row. */
import type { TaskView } from '../../../src/core/view.ts';
import { AUTONOMOUS, NO_CI_TO_AWAIT } from '../../scenarios/environment.ts';
import { until } from '../until.ts';
import { viewTask } from '../watch.ts';
import { type Story, scriptsIn } from './story.ts';

const WITH_NOTE = NO_CI_TO_AWAIT['.github/gatehouse.yml'].replace(
  'commands:\n',
  'commands:\n  note: [node, -e, "process.exitCode = 3"]\n',
);
const HOOKS = `${WITH_NOTE}hooks:
  - { name: note, on: [run_finished], step: author, command: note }
  - { name: second-look, on: [run_started], step: publish, agent: reviewer }
  - { name: again, on: [finished], start: { command: test, text: Look once more. } }
`;
const UNKNOWN = `${WITH_NOTE}hooks: [{ name: team, on: [finished], webhook: nobody }]\n`;

export const hooks: Story<{ answer: string; first: TaskView; followed: TaskView[] }> = {
  env: { ...AUTONOMOUS, ...scriptsIn('scripts') },
  files: { ...NO_CI_TO_AWAIT, '.github/gatehouse.yml': UNKNOWN },
  async play({ environment, scenario, chapter }) {
    const { github, users, gatehouse } = environment;
    const { mona, repository } = scenario;

    await chapter('1. A hook names an endpoint that the deployment does not have: nothing begins');
    const issue = await mona.open('It subtracts', 'Two and two is four.');
    await mona.label(issue.number, 'agent:fix');
    const answer = await scenario.said(issue.number, /no endpoint that the deployment has/);

    await chapter('2. Mona mends it: a command after the author, an agent before the push');
    await github.push(repository, {
      branch: 'main',
      changes: { '.github/gatehouse.yml': HOOKS },
      message: 'Have a second look',
      author: users.mona,
    });
    await mona.label(issue.number, 'agent:fix');
    const task = await scenario.task();
    const first = await until('the end of the first task', async () => {
      const view = await viewTask(environment, task);
      return view.status === 'success' ? view : null;
    });

    await chapter('3. A task follows when one has ended: three in a row, and no more');
    const followed = await until('the third task to end', async () => {
      const rows = await gatehouse.parts.tasks.list({
        repositoryId: repository.id,
        origin: 'hook',
        open: false,
        limit: 10,
      });
      const views = await Promise.all(rows.map(({ id }) => viewTask(environment, id)));
      const isTold = views.some(view =>
        view.followups.some(({ reason }) => /in a row/.test(reason)),
      );
      return isTold ? views : null;
    });
    return { answer, first, followed };
  },
};
