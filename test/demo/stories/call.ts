/** Another system calls: without an issue, over HTTP, to the merge, though the process ends in between. */
import { newToken } from '../../../src/engine/machine-tokens.ts';
import { AUTONOMOUS, NO_CI_TO_AWAIT } from '../../scenarios/environment.ts';
import { type Story, scriptsIn } from './story.ts';

type Answered = { status: number; json: { task?: string; outcome?: string; errors?: object[] } };

export const call: Story<{ refused: Answered; made: Answered; again: Answered; told: object }> = {
  env: { ...AUTONOMOUS, ...scriptsIn('scripts') },
  files: NO_CI_TO_AWAIT,
  async play({ environment, scenario, chapter }) {
    await chapter("1. The operator makes a token for the build server's calls");
    const url = `${environment.listensAt}/hooks/tasks`;
    const { id, text, digest } = newToken();
    await environment.gatehouse.parts.machineTokens.create({
      id,
      digest,
      project: 'nightly',
      repositories: [{ name: scenario.repository.fullName, alias: 'sum' }],
      commands: ['fix'],
      trusted: true,
      reads: false,
      expiresAt: new Date(Date.now() + 3_600_000),
    });
    const headers = { authorization: `Bearer ${text}`, 'content-type': 'application/json' };
    const post = async (body: object): Promise<Answered> => {
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, json: (await response.json()) as Answered['json'] };
    };

    await chapter('2. A call that says nothing to do is refused');
    const refused = await post({ repository: 'sum', command: 'fix' });

    await chapter('3. The build server calls');
    const body = {
      repository: 'sum',
      command: 'fix',
      title: 'It subtracts',
      body: 'Two and two is four.',
      key: 'build-7',
    };
    const made = await post(body);
    await scenario.when('an agent at work', view =>
      view.steps.some(({ kind, status }) => kind === 'agent' && status !== 'waiting'),
    );

    await chapter('4. Gatehouse is killed; the same call comes again, and names the same task');
    await environment.restart();
    const again = await post(body);
    await scenario.when('the end', ({ status }) => status === 'success');
    const told = (await (await fetch(`${url}/${made.json.task}`, { headers })).json()) as object;
    return { refused, made, again, told };
  },
};
