/** A plan, which a person accepts before it is worked. */
import { AUTONOMOUS, FILES, type Scenario } from '../../scenarios/environment.ts';
import { type Story, scriptsIn } from './story.ts';

/** An issue of Mona's with a plan that waits for a person. */
export async function planned({ mona, when }: Scenario, command: string): Promise<number> {
  const { number } = await mona.open('It subtracts', 'Two and two is four.');
  await mona.comment(number, `/agent ${command}`);
  await when('a request', v => v.approval?.status === 'requested');
  return number;
}

export const plan: Story<{ plan: string; asked: string }> = {
  // The plan asks a question, so that it takes a person even under these policies.
  env: { ...scriptsIn('planning'), ...AUTONOMOUS },
  files: FILES,
  async play({ scenario, chapter }) {
    await chapter('1. Mona comments /agent plan; a planner reads the repository');
    const number = await planned(scenario, 'plan');
    const plan = await scenario.said(number, /### Plan/);
    const asked = await scenario.said(number, /Approval is needed/);

    await chapter('2. She accepts the plan; but she asked for it herself');
    await scenario.mona.comment(number, '/agent approve');
    await scenario.said(number, /does not count/);
    const { status } = await scenario.view();
    if (status !== 'active') throw new Error(`the task is ${status}`);

    await chapter('3. Rey accepts it, and Mona has it worked by /agent implement');
    await scenario.rey.comment(number, '/agent approve');
    await scenario.when('the end of the planning', v => v.status === 'success');
    await scenario.mona.comment(number, '/agent implement');
    await scenario.when('the end', v => v.command === 'implement' && v.status === 'success');
    return { plan, asked };
  },
};
