/** Walks of what a team uses day to day, worked by real agents whose model knows nothing but what they tell it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENTS } from '../../src/compose/agents/agent-table.ts';
import { startRealAgent } from '../demo/real.ts';
import { ciFails } from '../demo/stories/ci-fails.ts';
import { plan } from '../demo/stories/plan.ts';
import { review } from '../demo/stories/review.ts';
import { played, type Story } from '../demo/stories/story.ts';
import { openScenarios, type Scenario } from '../scenarios/environment.ts';

/** The two that start fastest. */
const agents = AGENTS.filter(({ adapter }) => ['codex', 'claude'].includes(adapter));

async function openPlace(agent: (typeof agents)[number], { env, files }: Story) {
  const { GATEHOUSE_SIMULATION: scripts = '', ...rest } = env;
  const repository = async (path: string) => files[path] ?? null;
  const real = await startRealAgent(agent, { repository, scripts });
  const environment = await openScenarios({ ...rest, ...real.env }, real.clis);
  return {
    environment,
    /** What the agents told their model, request by request. */
    told: () => real.model.requests.map(({ prompts }) => prompts.join('\n')),
    async close() {
      await environment.close();
      await real.close();
      expect(real.model.requests.filter(({ text }) => text.includes(real.key))).toEqual([]);
    },
  };
}

describe.each(agents)('$adapter', agent => {
  const { adapter } = agent;
  type Place = Awaited<ReturnType<typeof openPlace>>;
  let remedies: Place;
  let planning: Place;
  beforeAll(async () => {
    remedies = await openPlace(agent, review);
    planning = await openPlace(agent, plan);
  });
  afterAll(async () => {
    await remedies.close();
    await planning.close();
  });

  /** Who worked which steps, in order; each once, and well. */
  const worked = async (scenario: Scenario) => {
    const runs = (await scenario.view()).runs.filter(run => run.adapter === adapter);
    expect(runs.map(({ state }) => state)).toEqual(runs.map(() => 'success'));
    return runs.map(({ step, agent }) => `${step} ${agent}`);
  };

  test('a check that fails on a pull request of a person is turned green there', async () => {
    const { environment, told } = remedies;
    const scenario = await environment.scenario(ciFails.files);
    const { pull, head, pushed, stopped } = await played(ciFails, { environment, scenario });
    expect(await worked(scenario)).toEqual(['author remediator-ci', 'review reviewer']);
    expect(told().filter(text => text.includes('CI.md is missing'))).not.toEqual([]);
    expect(await scenario.mona.get(`/pulls/${pull}`)).toMatchObject({ head: { sha: pushed } });
    const { parents, files } = await scenario.mona.get(`/commits/${pushed}`);
    expect(parents).toMatchObject([{ sha: head }]);
    expect(files).toMatchObject([{ filename: 'CI.md', patch: expect.stringContaining('+As the') }]);
    expect(stopped).toContain('same output');
  });

  test('a review is answered in each of its threads, with a commit or a reason', async () => {
    const { environment } = remedies;
    const scenario = await environment.scenario(review.files);
    const answersTo = await played(review, { environment, scenario });
    expect(answersTo('Say what it does.')).toEqual([
      expect.stringMatching(/I changed `sum\.js` in `[0-9a-f]{7}`/),
    ]);
    expect(answersTo('Is this so?')).toEqual([
      expect.stringMatching(/I left `NOTES\.md` as it is.*right as they stand/s),
    ]);
    expect(answersTo('Delete it.')).toEqual([]);
    expect(await worked(scenario)).toEqual([
      'author author',
      'review reviewer',
      'author remediator-comment',
      'review reviewer',
    ]);
  });

  test('a plan is approved and worked, and what the reviewer finds goes back to the author', async () => {
    const { environment } = planning;
    const scenario = await environment.scenario(plan.files);
    const { plan: shown } = await played(plan, { environment, scenario });
    expect(shown).toContain('- Are negative numbers meant as well?');
    expect(await worked(scenario)).toEqual([
      'architect architect',
      'author author',
      'review reviewer',
      'author author',
      'review reviewer',
    ]);
    const { pull } = await scenario.view();
    const { merged } = await scenario.mona.get(`/pulls/${pull?.number}`);
    expect(merged).toBe(true);
    expect(await scenario.mona.get(`/pulls/${pull?.number}/comments`)).toMatchObject([
      { path: 'sum.js', line: 1, body: '**Warning.** It has no type. `@octocat`' },
    ]);
  });
});
